"""Jobs that wait for each other: a tree whose root runs last.

chain(Crawl(...), Recompute(...), Report(...))                 one after the other
group([Crawl(...), Crawl(...)], then=Report(...))              a callback once all have ended
tree(Report(...), tree(Recompute(...), Crawl(...)), Crawl(...))
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from engineo.kernel.jobs import Job, JobMessage


@dataclass(frozen=True, slots=True)
class Flow:
    """`job` runs when all `children` have ended. `when_child_fails`: the job "fails" too, or "goes_on"."""

    job: Job
    children: tuple["Flow", ...] = ()
    when_child_fails: Literal["fails", "goes_on"] = "fails"

    def messages(self) -> list[JobMessage]:
        """The messages of the whole flow, each parent before its children: sent in this order, in one go."""
        return list(self._messages(JobMessage.of(self.job)))

    def _messages(self, own: JobMessage) -> Iterator[JobMessage]:
        children = [(child, JobMessage.of(child.job)) for child in self.children]
        waits_for = tuple(message.job_id for _flow, message in children)
        # each job of a flow is waited for by its own id, so none may stand for another
        yield replace(own, options=replace(own.options, dedup=None, waits_for=waits_for))
        for flow, message in children:
            options = replace(
                message.options, parent=own.job_id, parent_queue=own.queue,
                parent_ignores_failure=self.when_child_fails == "goes_on",
            )  # fmt: skip
            yield from flow._messages(replace(message, options=options))  # noqa: SLF001 - of the same class


def tree(job: Job, *children: "Job | Flow", when_child_fails: Literal["fails", "goes_on"] = "fails") -> Flow:
    """A job and those that it waits for."""
    return Flow(job, tuple(_flow(child) for child in children), when_child_fails)


def chain(*jobs: Job) -> Flow:
    """One after the other; the first failure fails all after it. Raise `ValueError` for an empty chain."""
    if not jobs:
        raise ValueError("a chain has at least one job")
    flow = Flow(jobs[0])
    for job in jobs[1:]:
        flow = Flow(job, (flow,))
    return flow


def group(jobs: Sequence["Job | Flow"], then: Job, when_one_fails: Literal["fails", "goes_on"] = "fails") -> Flow:
    """Side by side, then a callback."""
    return tree(then, *jobs, when_child_fails=when_one_fails)


def _flow(child: Any) -> Flow:  # noqa: ANN401 - a job or a flow
    return child if isinstance(child, Flow) else Flow(child)
