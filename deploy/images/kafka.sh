# Formats the volume once, with the admin's password, and becomes the broker. The password is in no argument.
set -eu
umask 077
cd /tmp
settings=${KAFKA_SETTINGS:-/kafka.properties}
printf '%s\n' format --ignore-formatted -t "$CLUSTER_ID" -c "$settings" \
  --add-scram "SCRAM-SHA-512=[name=suyuan.admin,password=$SUYUAN_KAFKA_ADMIN_PASSWORD]" >format.arguments
kafka-storage.sh @format.arguments >format.log 2>&1 || { cat format.log >&2; exit 1; }
rm format.arguments format.log
printf '%s\n' security.protocol=SASL_PLAINTEXT sasl.mechanism=SCRAM-SHA-512 \
  "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=\"suyuan.admin\" password=\"$SUYUAN_KAFKA_ADMIN_PASSWORD\";" \
  >admin.properties
exec kafka-server-start.sh "$settings"
