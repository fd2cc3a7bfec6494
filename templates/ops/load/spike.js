// @GENERATED@
// Spike: a quiet time, then everybody at once, and twice: does it come back by itself?
import { rate, request, thresholds, virtualUsers } from "./platform.js";

const quiet = Math.ceil(rate / 10);

export const options = {
  thresholds,
  scenarios: {
    spike: {
      executor: "ramping-arrival-rate",
      startRate: quiet,
      timeUnit: "1s",
      preAllocatedVUs: Math.ceil(virtualUsers / 5),
      maxVUs: virtualUsers,
      stages: [
        { target: quiet, duration: "2m" },
        { target: rate, duration: "10s" },
        { target: rate, duration: "2m" },
        { target: quiet, duration: "10s" },
        { target: quiet, duration: "3m" },
        { target: rate, duration: "10s" },
        { target: rate, duration: "2m" },
        { target: 0, duration: "1m" },
      ],
    },
  },
};

export default request;
