// Makes the replica set what set.json says, and its users. It may run again at any time: what is there already stays.
const fs = require("fs");

const wanted = JSON.parse(fs.readFileSync("/etc/mongodb-init/set.json", "utf8"));
const hosts = wanted.members.map((member) => `${member}.${process.env.NAMESPACE}.svc:27017`);
const deadline = Date.now() + 15 * 60 * 1000;

// Members trust the holder of the key file; there is no user yet who could log in from another pod.
let login = "";
let options = "serverSelectionTimeoutMS=5000&connectTimeoutMS=5000";
if (wanted.users.length > 0) {
  const key = fs.readFileSync("/etc/mongodb-key/keyfile", "utf8").replace(/\s/g, "");
  login = `__system:${encodeURIComponent(key)}@`;
  options += "&authSource=local&authMechanism=SCRAM-SHA-256";
}

const clients = [];

function admin(addresses, option) {
  const client = new Mongo(`mongodb://${login}${addresses}/?${options}&${option}`);
  clients.push(client);
  return client.getDB("admin");
}

// The replica set that a member belongs to; null if it belongs to none.
function current(host) {
  try {
    return admin(host, "directConnection=true").runCommand({ replSetGetConfig: 1 }).config;
  } catch (error) {
    if (error.codeName === "NotYetInitialized") return null;
    throw error;
  }
}

// One step towards what is wanted; true when nothing is left to do.
function step() {
  let known = null;
  for (const host of hosts) {
    const config = current(host); // fails while the member does not answer
    known = known || config;
  }
  if (!known) {
    const members = hosts.map((host, id) => ({ _id: id, host }));
    print(`initiating ${wanted.set} with ${hosts.join(", ")}`);
    admin(hosts[0], "directConnection=true").runCommand({ replSetInitiate: { _id: wanted.set, members } });
    return false;
  }
  const primary = admin(known.members.map((member) => member.host).join(","), `replicaSet=${wanted.set}`);
  const config = primary.runCommand({ replSetGetConfig: 1 }).config;
  const missing = hosts.find((host) => !config.members.some((member) => member.host === host));
  const surplus = config.members.find((member) => !hosts.includes(member.host));
  if (missing || surplus) {
    // One at a time, so that a majority of the old set is one of the new set too.
    if (missing) {
      const id = Math.max(...config.members.map((member) => member._id)) + 1;
      config.members.push({ _id: id, host: missing });
    } else {
      config.members = config.members.filter((member) => member !== surplus);
    }
    config.version += 1;
    print(missing ? `adding ${missing}` : `removing ${surplus.host}`);
    primary.runCommand({ replSetReconfig: config });
    return false;
  }
  for (const user of wanted.users) {
    const database = primary.getSiblingDB(user.database);
    const settings = { pwd: process.env[user.password], roles: user.roles };
    if (database.getUser(user.name)) {
      database.updateUser(user.name, settings);
    } else {
      database.createUser({ user: user.name, ...settings });
    }
  }
  return true;
}

for (let done = false; !done; ) {
  try {
    done = step();
  } catch (error) {
    print(error.message);
  }
  for (const client of clients.splice(0)) client.close();
  if (!done) {
    if (Date.now() > deadline) throw new Error("the replica set did not come up in 15 minutes");
    sleep(5000);
  }
}
print(`${wanted.set} has ${hosts.length} members`);
