// @GENERATED@
// Smoke: does it work at all, and is the load test itself in order? Some users for half a minute.
import { smokeUsers, thresholds, visit } from "./platform.js";

export const options = {
  thresholds,
  scenarios: {
    smoke: { executor: "constant-vus", vus: smokeUsers, duration: "30s" },
  },
};

export default visit;
