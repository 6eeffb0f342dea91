// Makes the replica set and one user per service, each with its own database only. Running it again changes nothing
// but the passwords, which become those of the environment.
const services = ["intake", "mediation", "court_bridge", "alerts", "portal"];

try {
  rs.initiate({ _id: "suyuan", members: [{ _id: 0, host: "mongo:27017" }] });
} catch (error) {
  if (error.codeName !== "AlreadyInitialized") throw error;
}
while (!db.hello().isWritablePrimary) sleep(200);

const admin = db.getSiblingDB("admin");
for (const service of services) {
  const name = `suyuan_${service}`;
  const pwd = process.env[`SUYUAN_MONGO_PASSWORD_${service.toUpperCase()}`];
  if (!pwd) throw new Error(`SUYUAN_MONGO_PASSWORD_${service.toUpperCase()} is empty`);
  const roles = [{ role: "readWrite", db: name }];
  if (admin.getUser(name)) admin.updateUser(name, { pwd, roles });
  else admin.createUser({ user: name, pwd, roles });
}
print("users are ready");
