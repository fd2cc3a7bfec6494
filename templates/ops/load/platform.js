// @GENERATED@
// What all tests for k6 share: the users, where they go, and when a test has failed.
import { check, sleep } from "k6";
import http from "k6/http";

const load = JSON.parse(open("./load.json"));
const url = (__ENV.BASE_URL || load.url).replace(/\/$/, "");
const shares = load.users.reduce((sum, user) => sum + user.share, 0);

export const rate = Number(__ENV.RATE || load.rate);
export const virtualUsers = Number(__ENV.VIRTUAL_USERS || load.virtualUsers);
export const smokeUsers = load.smokeUsers;
export const thresholds = load.thresholds;

// Thresholds that end a test as soon as they are crossed for a while.
export function ending() {
  const all = {};
  for (const [metric, list] of Object.entries(thresholds)) {
    all[metric] = list.map((threshold) => ({ threshold, abortOnFail: true, delayAbortEval: "30s" }));
  }
  return all;
}

function chosen() {
  let at = Math.random() * shares;
  return load.users.find((user) => (at -= user.share) < 0) || load.users[0];
}

function ask(user) {
  const request = user.requests[Math.floor(Math.random() * user.requests.length)];
  const response = http.request(request.method, url + request.path, request.body || null, {
    headers: { "Content-Type": "application/json", ...headers() },
    // One name for each request, however many queries it has.
    tags: { user: user.name, name: `${request.method} ${request.path.split("?")[0]}` },
  });
  check(response, { "is no error": (answer) => answer.status > 0 && answer.status < 400 });
}

function headers() {
  return __ENV.TOKEN ? { Authorization: `Bearer ${__ENV.TOKEN}` } : {};
}

// One request: where the rate of arrivals is given, pauses would only cost virtual users.
export function request() {
  ask(chosen());
}

// One request and a pause, as a person makes it.
export function visit() {
  const user = chosen();
  ask(user);
  sleep(user.pause * (0.5 + Math.random()));
}
