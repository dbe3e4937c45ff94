"""The files of a run that a worker executes: those that were pushed, and keys out of the environment."""

from collections.abc import Mapping
from pathlib import PurePath

from worker.errors import FileUnreadable
from worker.files import file_in_text
from worker.models.environment import Environment
from worker.project.files import KEY_STORES, secret_name
from worker.snapshots import MemorySnapshots
from worker.snapshots.paths import FOLDER


class RunFiles:
    """Files by path. What was not pushed may be a private key, and is looked for among the secrets and
    variables of the environment, under its own name: `certs/client.key` is `certs_client_key`."""

    def __init__(self, files: Mapping[str, bytes], environment: Environment) -> None:
        self._files = files
        self._environment = environment

    def read(self, path: str) -> bytes:
        """The whole file."""
        if path in self._files:
            return self._files[path]
        name = secret_name(path)
        said = self._environment.secrets.get(name, self._environment.variables.get(name))
        if not isinstance(said, str):
            raise FileUnreadable(
                "the file did not come with the suite",
                where=path,
                hint=f"push the suite again; a private key is the secret {name} of the environment",
            )
        if path.lower().endswith(KEY_STORES):
            return _key_store(path, name, said)
        return said.encode()


def _key_store(path: str, name: str, said: str) -> bytes:
    """A file that is no text, and so is base64 where it is a secret."""
    content = file_in_text(said)
    if content is None:
        hint = f"set the secret {name} to what `base64 {PurePath(path).name}` prints"
        raise FileUnreadable("the secret with this file is no base64", where=path, hint=hint)
    return content


def snapshots_of(files: Mapping[str, bytes]) -> MemorySnapshots:
    """Those of the files that are snapshots, to be compared with."""
    texts = {path: content for path, content in files.items() if FOLDER in PurePath(path).parts}
    return MemorySnapshots({path: content.decode("utf-8", "replace") for path, content in texts.items()})
