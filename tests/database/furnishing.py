"""What the owner of an organization makes in it: at least one row of every kind that people make."""

import base64
import hashlib
from dataclasses import dataclass
from uuid import UUID

from tests.database.actors import Actor
from tests.database.pushes import Json, a_push, a_suite, a_test, needs

#: Stands in texts of every kind that a tenant writes, so that it can be looked for in what others are told.
MARK = "marked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Whose rows are made, and where; `name` is one word."""

    owner: Actor
    name: str
    organization_id: UUID
    project_id: UUID

    @property
    def mark(self) -> str:
        """Stands in every text of this tenant, and of no other."""
        return f"{MARK}-{self.name}"

    @property
    def environment(self) -> str:
        """The name of its environment."""
        return f"{self.mark}-environment"

    @property
    def secret(self) -> str:
        """The value of a variable that is one."""
        return f"secret-of-{self.mark}"

    @property
    def credential_token(self) -> str:
        """What its credential consists of."""
        return f"token-of-{self.mark}"

    @property
    def notified_address(self) -> str:
        """Where its messages go: whoever knows it may write there."""
        return f"https://hooks.example.com/{self.mark}"

    @property
    def content(self) -> bytes:
        """Of the file that its suite names, and of the one that its API answers."""
        return self.name.encode()

    @property
    def content_hash(self) -> str:
        """Of that file."""
        return hashlib.sha256(self.content).hexdigest()

    def insert(self, table: str, **values: object) -> UUID:
        """Make one row of the organization; the answer is its id."""
        return _insert(self.owner, table, organization_id=self.organization_id, **values)

    def insert_in_project(self, table: str, **values: object) -> UUID:
        """Make one row of the project; the answer is its id."""
        return self.insert(table, project_id=self.project_id, **values)


def _insert(actor: Actor, table: str, **values: object) -> UUID:
    places = ", ".join("%s" for _ in values)
    key = "user_id" if table == "user_preferences" else "id"
    [row] = actor.rows(
        f"insert into public.{table} ({', '.join(values)}) values ({places}) returning {key}",
        *values.values(),
    )
    made: UUID = row[key]
    return made


def an_environment(of: Premises) -> UUID:
    """One with a variable that everybody there may read, and one that nobody may."""
    environment = of.insert_in_project(
        "environments",
        name=of.environment,
        kind="ci",
        base_url="http://127.0.0.1:8900",
        max_parallel=9,
        description=of.mark,
        metadata={"note": of.mark},
    )
    _set_variable(of, environment, "plain", of.mark, is_secret=False)
    _set_variable(of, environment, "secret", of.secret, is_secret=True)
    return environment


def _set_variable(of: Premises, environment: UUID, name: str, value: str, *, is_secret: bool) -> None:
    of.owner.call(
        "set_environment_variable",
        p_environment_id=environment,
        p_name=f"{of.name}_{name}",
        p_value=value,
        p_is_secret=is_secret,
    )


def push_suite(of: Premises) -> None:
    """Push two tests that depend on each other, and a file that they read."""
    mark, digest = of.mark, of.content_hash
    captures = {"session": {"token": "$.token"}}
    login = a_test("login", description=mark, response={"status": 200, "captures": captures})
    suite = a_suite(
        mark, [login, "orders"], source=f"suite: {mark}\n", description=mark, files={"rows.csv": digest}
    )
    edges = [needs(f"{mark}/orders", f"{mark}/login", "token", mark)]
    push = a_push(suite, edges=edges) | {"contents": {digest: base64.b64encode(of.content).decode()}}
    of.owner.call("push_suites", p_project_id=of.project_id, p_push=push)


def a_fixture(of: Premises) -> UUID:
    """Data that no suite brought."""
    return of.insert_in_project(
        "test_data_fixtures", key=f"{of.name}_data", name=of.mark, content={"note": of.mark}
    )


def an_endpoint(of: Premises) -> UUID:
    """Of the API that is tested."""
    return of.insert_in_project("api_endpoints", path=f"/{of.mark}", description=of.mark)


def a_credential(of: Premises) -> UUID:
    """The owner's own, with its secret."""
    credential = of.insert("api_credentials", name=f"{of.name}_key", type="bearer")
    secret = {"token": of.credential_token}
    of.owner.call("set_api_credential_secret", p_credential_id=credential, p_secret=secret)
    return credential


def a_channel(of: Premises) -> UUID:
    """With the address that messages go to."""
    channel = of.insert("notification_channels", name=of.mark, kind="slack")
    of.owner.call("set_notification_address", p_channel_id=channel, p_address=of.notified_address)
    return channel


def a_project_token(of: Premises) -> str:
    """What a pipeline is given."""
    made = of.owner.call(
        "create_project_token", p_project_id=of.project_id, p_name=of.mark, p_scopes="{runs:request}"
    )
    token: str = made["token"]
    return token


def an_invitation(of: Premises) -> Json:
    """As whoever made it is told of it: with the secret of its link."""
    invited: Json = of.owner.call(
        "invite_member",
        p_organization_id=of.organization_id,
        p_role="editor",
        p_email=f"{of.mark}@example.com",
    )
    return invited


def keep_small_things(of: Premises, environment: UUID) -> None:
    """A schedule, a template, a search, and what somebody prefers."""
    mark = of.mark
    of.insert_in_project("schedules", environment_id=environment, name=mark, cron="0 3 * * *")
    of.insert("report_templates", key=of.name, name=mark, source=mark)
    of.insert("saved_searches", name=mark, query={"words": mark})
    _insert(of.owner, "user_preferences", preferences={"note": mark})
