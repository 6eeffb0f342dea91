// Makes the replica set, and one user per service for its own database only, with the role of mongo-roles.json: history
// it may add to and read, and not change. Running it again changes nothing but passwords and rights, which become those
// of the environment and of the file.
const roles = JSON.parse(require("fs").readFileSync("/mongo-roles.json", "utf8")).roles;
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
  const { privileges } = roles.find((one) => one.role === name);
  if (admin.getRole(name)) admin.updateRole(name, { privileges, roles: [] });
  else admin.createRole({ role: name, privileges, roles: [] });
  const granted = { pwd, roles: [{ role: name, db: "admin" }] };
  if (admin.getUser(name)) admin.updateUser(name, granted);
  else admin.createUser({ user: name, ...granted });
}
print("users are ready");
