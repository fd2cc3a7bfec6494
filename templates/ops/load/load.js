// @GENERATED@
// Load: the stated rate, for as long as autoscalers need to follow and caches to fill.
import { rate, request, thresholds, virtualUsers } from "./platform.js";

export const options = {
  thresholds: {
    ...thresholds,
    // The generator itself must hold the rate; else the figures say nothing.
    dropped_iterations: [`rate<${rate / 100}`],
  },
  scenarios: {
    load: {
      executor: "ramping-arrival-rate",
      startRate: Math.ceil(rate / 20),
      timeUnit: "1s",
      preAllocatedVUs: Math.ceil(virtualUsers / 5),
      maxVUs: virtualUsers,
      stages: [
        { target: rate, duration: "5m" },
        { target: rate, duration: "15m" },
        { target: 0, duration: "1m" },
      ],
    },
  },
};

export default request;
