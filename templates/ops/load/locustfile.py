# @GENERATED@
"""Users of the platform for Locust: @USERS@.

SHAPE chooses how their number changes: steps, wave or spike. Without it the web interface, or `--users`, says
how many there are. VIRTUAL_USERS is the most at once; TOKEN goes along as bearer token.
"""

import json
import math
import os
import random
from pathlib import Path

from locust import FastHttpUser, LoadTestShape, between, task

LOAD = json.loads(Path(__file__).with_name("load.json").read_text(encoding="utf-8"))
MOST = int(os.environ.get("VIRTUAL_USERS") or LOAD["virtualUsers"])
TOKEN = os.environ.get("TOKEN")


class Visitor(FastHttpUser):
    """Asks one of the requests of its kind, pauses, and asks again."""

    abstract = True
    host = os.environ.get("BASE_URL") or LOAD["url"]
    requests: list[dict] = []

    @task
    def visit(self) -> None:
        request = random.choice(self.requests)
        self.client.request(
            request["method"],
            request["path"],
            name=f"{request['method']} {request['path'].split('?')[0]}",
            data=request.get("body"),
            headers={"Content-Type": "application/json"} | ({"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}),
        )


def kind(user: dict) -> type[Visitor]:
    """The class of a kind of users."""
    pause = user["pause"]
    return type(
        user["name"].title().replace("-", ""),
        (Visitor,),
        {
            "weight": user["share"],
            "wait_time": between(pause / 2, pause * 1.5),
            "requests": user["requests"],
            "__doc__": f"A user of the kind {user['name']}.",
        },
    )


# Locust finds the kinds of users among the names of this module.
globals().update({user.__name__: user for user in map(kind, LOAD["users"])})


def steps(seconds: float) -> float | None:
    """A tenth more every two minutes; ends after ten steps."""
    return (seconds // 120 + 1) / 10 if seconds < 1200 else None


def wave(seconds: float) -> float | None:
    """Two days, of 20 minutes each: a quiet night and a busy noon."""
    return 0.55 - 0.45 * math.cos(2 * math.pi * seconds / 1200) if seconds < 2400 else None


def spike(seconds: float) -> float | None:
    """A tenth, then everybody for two minutes, then a tenth again."""
    if seconds >= 600:
        return None
    return 1 if 240 <= seconds < 360 else 0.1


SHAPES = {"steps": steps, "wave": wave, "spike": spike}

if os.environ.get("SHAPE"):

    class Shape(LoadTestShape):
        """The number of users over time that SHAPE names."""

        share = staticmethod(SHAPES[os.environ["SHAPE"]])

        def tick(self) -> tuple[int, float] | None:
            share = self.share(self.get_run_time())
            if share is None:
                return None
            return max(1, round(MOST * share)), max(1, MOST / 60)
