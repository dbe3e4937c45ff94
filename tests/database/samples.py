"""For each table: which row is meant, how a valid one is made, and which column may be written.

The rows that are looked for exist already (see tenants.py), or are made here behind all policies, for the one
try that needs them.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.database.actors import Session
from tests.database.furnishing import MARK
from tests.database.tenants import Tenant

#: What a statement names: columns and values.
Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One try: the caller (None: nobody in particular), a colleague of his, and the organization meant."""

    session: Session
    tenant: Tenant
    caller: UUID | None
    colleague: UUID
    row: str

    @property
    def person(self) -> UUID:
        """Whose the row is."""
        return self.caller if self.row == "own" and self.caller else self.colleague

    def key(self, table: str) -> Values:
        """The columns by which the row is found. It exists, unless it cannot."""
        of_member = {"organization_id": self.tenant.organization_id, "user_id": self.person}
        keys: dict[str, Values] = {
            "users": {"id": self.person},
            "organizations": {"id": self.tenant.organization_id},
            "organization_members": of_member,
            "user_preferences": {"user_id": self.person},
            "api_credentials": {**of_member, "name": "sample"},
            "saved_searches": {**of_member, "name": "sample"},
            "workers": {"name": f"worker-of-{self.tenant.name}"},
        }
        self._put(table, keys.get(table, {}))
        return keys.get(table, {"organization_id": self.tenant.organization_id})

    def new(self, table: str) -> Values:
        """A valid new row, by the columns that the caller may name; empty where nobody makes one by hand."""
        # Preferences are one row a person: he has none yet.
        self.session.change("delete from public.user_preferences where user_id = %s", self.person)
        of = {"organization_id": self.tenant.organization_id}
        of_project = {**of, "project_id": self.tenant.project_id}
        own = {} if self.row == "own" else {"user_id": self.person}
        new: dict[str, Values] = {
            "projects": {**of, "key": "sample", "name": "Sample"},
            "environments": {**of_project, "name": "s", "kind": "ci", "base_url": "http://127.0.0.1"},
            "api_credentials": {**of, **own, "name": "new", "type": "bearer"},
            "api_endpoints": {**of_project, "path": "/sample"},
            "test_data_fixtures": {**of_project, "key": "sample", "name": "Sample", "content": {}},
            "report_templates": {**of, "key": "sample", "name": "Sample", "source": ""},
            "user_preferences": {**own, "preferences": {}},
            "saved_searches": {**of, **own, "name": "new"},
            "schedules": {
                **of_project,
                "environment_id": self.tenant.environment_id,
                "name": "sample",
                "cron": "0 3 * * *",
            },
            "notification_channels": {**of, "name": "sample", "kind": "slack"},
        }
        return new.get(table) or self._new_part_of_suite(table, of, of_project)

    def _new_part_of_suite(self, table: str, of: Values, of_project: Values) -> Values:
        named = {"key": "sample", "name": "Sample"}
        match table:
            case "test_suites":
                return {**of_project, **named}
            case "test_cases":
                return {**of_project, **named, "suite_id": self._suite()}
            case "test_request_configs":
                return {**of, "test_case_id": self._bare_test(), "method": "GET", "path": "/"}
            case "test_response_specs":
                return {**of, "test_case_id": self._bare_test(), "expectations": {"status": 200}}
            case "test_dependencies":
                ends = {"dependent_test_id": self._bare_test(), "required_test_id": self._any_test()}
                return {**of_project, **ends, "dependency_type": "order"}
        return {}

    def _suite(self) -> UUID:
        suite: UUID = self.session.value(
            "select id from public.test_suites where project_id = %s limit 1", self.tenant.project_id
        )
        return suite

    def _any_test(self) -> UUID:
        test: UUID = self.session.value(
            "select id from public.test_cases where project_id = %s and key <> 'bare' limit 1",
            self.tenant.project_id,
        )
        return test

    def _bare_test(self) -> UUID:
        """A test that nothing belongs to yet."""
        test: UUID = self.session.value(
            "insert into public.test_cases (organization_id, project_id, suite_id, key, name)"
            " values (%s, %s, %s, 'bare', 'Bare')"
            " on conflict (suite_id, key) do update set name = excluded.name returning id",
            self.tenant.organization_id,
            self.tenant.project_id,
            self._suite(),
        )
        return test

    def _put(self, table: str, key: Values) -> None:
        """Behind all policies: the row of a person. None where he is no member, and so can own none."""
        more: dict[str, Values] = {
            "user_preferences": {},
            "api_credentials": {"type": "bearer"},
            "saved_searches": {"is_shared": self.row == "shared"},
        }
        if table not in more or ("organization_id" in key and not self._is_member()):
            return
        values = key | more[table]
        places = ", ".join("%s" for _ in values)
        self.session.change(
            f"insert into public.{table} ({', '.join(values)}) values ({places}) on conflict do nothing",
            *values.values(),
        )

    def _is_member(self) -> bool:
        return bool(
            self.session.value(
                "select count(*) from public.organization_members "
                "where organization_id = %s and user_id = %s",
                self.tenant.organization_id,
                self.person,
            )
        )


def some_column(session: Session, table: str) -> str:
    """One that signed-in people may write, if there is any."""
    column: str = session.value(
        """
        select quote_ident(attname) from pg_attribute
        where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        order by has_column_privilege('authenticated', attrelid, attnum, 'update') desc, attnum
        limit 1
        """,
        f"public.{table}",
    )
    return column


def is_marked(text: str, tenant: Tenant) -> bool:
    """Whether a text has something in it that only this tenant knows."""
    words = (f"{MARK}-{tenant.name}", *tenant.secrets, *(str(each) for each in tenant.ids))
    return any(word in text for word in words)
