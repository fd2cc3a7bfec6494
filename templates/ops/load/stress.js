// @GENERATED@
// Stress: ever more, up to three times the stated rate, until a threshold is crossed: there is the limit.
import { ending, rate, request, virtualUsers } from "./platform.js";

const steps = [0.5, 1, 1.25, 1.5, 2, 2.5, 3];

export const options = {
  thresholds: ending(),
  scenarios: {
    stress: {
      executor: "ramping-arrival-rate",
      startRate: Math.ceil(rate / 20),
      timeUnit: "1s",
      preAllocatedVUs: Math.ceil(virtualUsers / 5),
      maxVUs: virtualUsers * 3,
      // Up in a minute, then three minutes to see whether it holds.
      stages: steps.flatMap((step) => [
        { target: Math.ceil(rate * step), duration: "1m" },
        { target: Math.ceil(rate * step), duration: "3m" },
      ]),
    },
  },
};

export default request;
