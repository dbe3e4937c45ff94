"""Commands that do a run again, as a person can paste them: without any value that could be a secret."""

import shlex
from typing import TYPE_CHECKING

from worker.cli.connection import connection_words

if TYPE_CHECKING:
    from worker.cli.run_request import RunRequest


def again(request: "RunRequest") -> str:
    """The command that starts this run again, without its selection, and without any value that
    could be a secret."""
    from worker.engine.opening import without_credentials

    words = ["baton", "run", *map(str, request.paths)]
    words += ["-e", request.environment] if request.environment else []
    words += ["--base-url", without_credentials(request.base_url)] if request.base_url else []
    words += ["--env-file", str(request.env_file)] if request.env_file else []
    words += ["--secrets-file", str(request.secrets_file)] if request.secrets_file else []
    words += ["--seed", request.seed] if request.seed else []
    words += ["--shuffle", request.shuffle] if request.shuffle else []
    words += connection_words(request.connection)
    return " ".join([shlex.join(words), *_values(request)])


def rerun(request: "RunRequest") -> str:
    """The command for what of this run did not pass, while it is the latest one. The machine must remember
    it; what was given by --var must be given again."""
    return " ".join(["baton rerun --failed", *_values(request)])


def _values(request: "RunRequest") -> list[str]:
    names = dict.fromkeys(variable.partition("=")[0] for variable in request.variables)
    return [f"--var {shlex.quote(name)}=…" for name in names]
