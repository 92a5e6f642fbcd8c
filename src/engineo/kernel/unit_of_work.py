"""The promise of a transaction: rows, jobs and events leave together, or not at all."""

from dataclasses import dataclass, field
from datetime import timedelta

from engineo.kernel.flows import Flow
from engineo.kernel.jobs import Event, Job, JobMessage


@dataclass(slots=True)
class Promises:
    """The jobs and events promised so far in one unit of work, in order."""

    messages: list[JobMessage] = field(default_factory=list)

    def send(self, job: Job, *, job_id: str | None = None, delay: timedelta = timedelta(0)) -> str:
        message = JobMessage.of(job, job_id=job_id, delay=delay)
        self.messages.append(message)
        return message.job_id

    def send_flow(self, flow: Flow) -> str:
        messages = flow.messages()
        self.messages += messages
        return messages[0].job_id

    def emit(self, event: Event) -> None:
        self.messages.append(JobMessage.of(event))
