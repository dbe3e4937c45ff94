"""A session as the project gives it, and as this machine keeps it."""

from datetime import UTC, datetime

import pytest
from supabase_auth import Session as AuthSession
from supabase_auth import User

from worker.clock import SystemClock
from worker.database.member import session_of


@pytest.mark.parametrize("hours_off", [-5, 0, 5])
def test_a_session_lasts_as_long_as_it_is_good_for(hours_off: int) -> None:
    """By the clock of this machine, which is asked later: it may be hours off the project's."""
    now = SystemClock().now().timestamp()
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    answer = AuthSession(
        access_token="access",
        refresh_token="refresh",
        token_type="bearer",
        expires_in=3600,
        expires_at=int(now + 3600 + hours_off * 3600),
        user=User(
            id="u",
            app_metadata={},
            user_metadata={},
            aud="authenticated",
            created_at=moment,
            email="a@b.test",
        ),
    )
    session = session_of(answer, url="http://127.0.0.1:9", key="key")
    assert session.expires_at - now == pytest.approx(3600, abs=60)
