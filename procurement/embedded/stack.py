"""The two servers every run needs, as parts for the supervisor, or the outside ones named in the environment."""

import os
import signal
from dataclasses import dataclass

from procurement.embedded.broker import Broker
from procurement.embedded.layout import Layout
from procurement.embedded.postgres import Cluster
from procurement.embedded.services import Services
from procurement.embedded.supervisor import Part, Supervisor


@dataclass(frozen=True)
class Stack:
    layout: Layout
    cluster: Cluster | None
    broker: Broker | None

    @classmethod
    def of(cls, layout: Layout, *, durable: bool = True, outside_allowed: bool = True) -> "Stack":
        outside = os.environ if outside_allowed else {}
        return cls(
            layout,
            None if outside.get("DATABASE_URL") else Cluster.of(layout, durable=durable),
            None if outside.get("BROKER_URL") else Broker.of(layout, durable=durable),
        )

    def start(self, supervisor: Supervisor) -> Services:
        """Bring both up, prepare roles and database; the caller announces the addresses when others may come."""
        parts = []
        if self.cluster is not None:
            if not self.cluster.is_initialised:
                supervisor.console.say("Creating the database cluster")
            if self.cluster.home != self.layout.postgres:
                supervisor.console.say(
                    f"PostgreSQL cannot run below {self.layout.var}; it lives in {self.cluster.home}"
                )
            self.cluster.initialise()
            parts.append(self._postgres(self.cluster))
        if self.broker is not None:
            parts.append(self._valkey(self.broker))
        supervisor.launch(*parts)
        if self.cluster is not None:
            self.cluster.prepare()
        return self.services()

    def services(self) -> Services:
        app = self.cluster.app_url if self.cluster else os.environ["DATABASE_URL"]
        owner = self.cluster.owner_url if self.cluster else os.environ.get("DATABASE_OWNER_URL", app)
        broker = self.broker.url if self.broker else os.environ["BROKER_URL"]
        return Services(
            database_url=app,
            database_owner_url=owner,
            database_admin_url=self.cluster.admin_url if self.cluster else "",
            broker_url=broker,
            cache_url=os.environ.get("CACHE_URL") or (self.broker.cache_url if self.broker else broker),
            bindir=str(self.cluster.bindir) if self.cluster else "",
            pid=os.getpid(),
        )

    def _postgres(self, cluster: Cluster) -> Part:
        return Part(
            name="PostgreSQL",
            stage=1,
            command=cluster.command(),
            ready=cluster.is_ready,
            log=self.layout.logs / "postgres.log",
            spawn_options={"cwd": "/", **cluster.identity.spawn_options},
            stop_signal=signal.SIGINT,
        )

    def _valkey(self, broker: Broker) -> Part:
        return Part(
            name="Broker",
            stage=1,
            command=broker.command(),
            ready=broker.is_ready,
            log=self.layout.logs / "broker.log",
        )
