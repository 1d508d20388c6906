"""A hundred alternatives beside a baseline: what they change of it, and what they cost it.

Named baseline: the same policy over the same history in a process in which no alternative was ever built.
Another process builds a hundred alternatives, runs and compares them with it, then runs the policy in turn
with the first.  The digest of the policy and the bytes of its result have to stay the same; the ratio of the
medians of CPU time is printed.  Wanted: unchanged, and within 5 %.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection

from party_workflow.history import History
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.feeds.tables import table, tables
from party_workflow.policies.policy import Policy, run, run_many
from party_workflow.policies.results.compare import compare_results

ALTERNATIVES = 100
ROUNDS = 31
ON, START = date(2020, 12, 31), date(2020, 1, 1)

DOCUMENT = """
code = "quarterly-quality"
version = 1
issuer = "house"
number = "2020-1"
issued_on = 2019-12-01
effective_from = 2020-01-01
offset_minutes = 0

[population]
source = "units"

[[source]]
code = "units"
feed = "observations"
subject = "subject"
within = "all"
where = { series = "units" }

[[source]]
code = "marks"
feed = "observations"
subject = "subject"
within = "all"
where = { series = "marks" }

[[clause]]
type = "panel"
code = "quality"
basis = "house.quality"
since = 2020-01-01
source = "marks"
by = ["item"]
rater = "rater"
column = "mark"
votes = "one_each_last"
absent = "leave_out"
minimum_raters = 3
too_few = "missing"
statistic = "trimmed_mean"
drop_high = 1
drop_low = 1
centring = "none"
empty = "missing"
rounding = { places = 2, mode = "half_up" }

[[clause]]
type = "reduce"
code = "overall"
basis = "house.quality"
since = 2020-01-01
measure = "quality"
over = ["item"]
how = "mean"
absent = "incomplete"
empty = "missing"
rounding = "none"
display = { places = 2, mode = "half_up" }

[[clause]]
type = "rank"
code = "places"
basis = "house.quality"
since = 2020-01-01
measure = "overall"
on = "displayed"
direction = "highest"
ties = [{ by = "shared" }]
"""


def history() -> History:
    """A hundred units, marked by five raters on three items."""
    units = [{"subject": f"unit-{number}"} for number in range(100)]
    marks = [
        {
            "subject": f"unit-{unit}",
            "item": item,
            "rater": f"r-{rater}",
            "mark": (unit * 7 + rater * 3 + place) % 41,
        }
        for unit in range(100)
        for place, item in enumerate(("study", "order", "records"))
        for rater in range(5)
    ]
    day = date(2020, 6, 1)
    return tables(
        table(units, series="units", subject="subject", at=day),
        table(
            marks,
            series="marks",
            subject="subject",
            at=day,
            columns={"item": "code", "rater": "code", "mark": "number"},
        ),
    )


def baseline(over: History) -> Policy:
    """The policy in question."""
    return RuleDocument.from_toml(DOCUMENT).policy(over.registry)


def beside(over: History) -> int:
    """Builds, runs and compares the alternatives; how many of them come out otherwise."""
    document = RuleDocument.from_toml(DOCUMENT)
    alternatives = [
        document.replace_clause(
            "quality", minimum_raters=3 + number % 3, rounding={"places": number % 5, "mode": "down"}
        )
        .model_copy(update={"version": 2 + number})
        .policy(over.registry)
        for number in range(ALTERNATIVES)
    ]
    found = run_many([baseline(over), *alternatives], over, on=ON, period_start=START)
    return sum(compare_results(found[0], other).data() != {} for other in found[1:])


def work(link: Connection, *, with_alternatives: bool) -> None:
    """A process: says digest and result of the policy, then runs it as often as asked and says how long."""
    over = history()
    policy = baseline(over)
    compared = beside(over) if with_alternatives else 0
    gc.collect()  # what is no longer needed is not what is measured
    link.send((policy.digest, run(policy, over, on=ON, period_start=START).digest, compared))
    while link.recv():
        begun = time.process_time()
        found = run(policy, over, on=ON, period_start=START)
        link.send((time.process_time() - begun, found.digest))


def main() -> int:
    """Prints the ratio; exit status 1 if the baseline changed or got slower than wanted."""
    context = get_context("spawn")
    links, processes = [], []
    for with_alternatives in (False, True):
        here, there = context.Pipe()
        process = context.Process(target=work, args=(there,), kwargs={"with_alternatives": with_alternatives})
        process.start()
        links.append(here)
        processes.append(process)
    (alone, result, _), (beside_digest, beside_result, compared) = (link.recv() for link in links)
    took: list[list[float]] = [[], []]
    digests = {result, beside_result}
    for _ in range(ROUNDS):
        for index, link in enumerate(links):
            link.send(True)
            seconds, digest = link.recv()
            took[index].append(seconds)
            digests.add(digest)
    for link, process in zip(links, processes, strict=True):
        link.send(False)
        process.join()
    before, after = (statistics.median(each) for each in took)
    same = alone == beside_digest and len(digests) == 1
    print(f"{ALTERNATIVES} alternatives built, run and compared, {compared} comparisons")
    print(f"digest of the policy and bytes of its result unchanged: {'yes' if same else 'NO'}")
    print(
        f"one run: {before * 1000:.1f} ms without alternatives, {after * 1000:.1f} ms beside them: "
        f"{after / before:.3f}x (wanted: at most 1.05x)"
    )
    return 0 if same and after / before <= 1.05 else 1


if __name__ == "__main__":
    sys.exit(main())
