"""Asks a running gateway whether it is well."""

import http.client

#: Where the gateway says so; 200 means yes.
HEALTH_PATH = "/local/v1/health"

#: Long: who is busy is well, and what does not seem well to `up` is stopped and started anew.
_PATIENCE_SECONDS = 15


def is_healthy(port: int) -> bool:
    """Whether the gateway on this port answers, and says that all its parts work."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
