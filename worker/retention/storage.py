"""Where archives lie: a folder, or storage that speaks S3 (Supabase Storage does)."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
import pyarrow as pa
import pyarrow.dataset as ds
from obstore.exceptions import BaseError
from obstore.fsspec import FsspecStore
from obstore.store import LocalStore, S3Store
from pyarrow.fs import FileSystem, FSSpecHandler, LocalFileSystem, PyFileSystem

from worker.errors import ArchiveError, SettingsError
from worker.retention.reading import ArchiveTable

#: Parts in which a large file travels.
_PART_BYTES = 8 << 20

#: Who only looks asks once more at most, and does not wait: a clean-up may ask for three minutes.
_IN_A_HURRY: Any = {"max_retries": 1, "retry_timeout": timedelta(seconds=10)}
_HURRIED_CLIENT = {"timeout": "10s", "connect_timeout": "5s"}

#: What the S3 clients of everybody are told, and the options that say the same to ours.
_S3_SETTINGS = {
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "AWS_SESSION_TOKEN": "session_token",
    "AWS_REGION": "region",
    "AWS_DEFAULT_REGION": "region",
    "AWS_ENDPOINT_URL": "endpoint",
    "AWS_ENDPOINT_URL_S3": "endpoint",
}


class ArchiveStorage:
    """Files by their path. Raises ArchiveError for what the storage refuses, without its keys."""

    def __init__(self, store: Any, files: FileSystem, *, root: str, address: str) -> None:
        self._store = store
        self._files = files
        self._root = root
        #: For people; holds no key.
        self.address = address

    def table(self, locations: Sequence[str], schema: pa.Schema) -> ds.Dataset:
        """These files as one table, of which only what a question needs is read.

        Raises ArchiveError when one of a folder is not there; of another storage that is found out when it
        is read, and told by `unreadable`.
        """
        paths = [f"{self._root}/{location}" for location in locations]
        if not paths:
            return ds.dataset([], schema)
        try:
            return ArchiveTable.of(ds.dataset(paths, schema=schema, filesystem=self._files))
        except OSError as error:
            raise self._trouble("read", "", error) from None

    def unreadable(self, table: ds.Dataset) -> ArchiveError | None:
        """What kept this table from being read; None when nothing did."""
        trouble = table.trouble if isinstance(table, ArchiveTable) else None
        if trouble is None:
            return None
        # A storage that is away and a file that is gone look alike here.
        hint = "`baton archive verify` looks at each, and names those that are not as they were written"
        return ArchiveError(f"an archive cannot be read: {reason_of(trouble)}", where=self.address, hint=hint)

    async def put(self, location: str, path: Path) -> None:
        """Store a file under this path, over another one that may be there; whole, or not at all."""
        with path.open("rb") as file:
            try:
                await obstore.put_async(self._store, location, file, chunk_size=_PART_BYTES)
            except (BaseError, OSError) as error:
                raise self._trouble("written", location, error) from None

    async def get(self, location: str, path: Path) -> None:
        """Bring a file here, in parts."""
        try:
            answer = await obstore.get_async(self._store, location)
            with path.open("wb") as file:
                async for part in answer.stream(min_chunk_size=_PART_BYTES):
                    file.write(part)
        except (BaseError, OSError) as error:
            raise self._trouble("read", location, error) from None

    async def check(self) -> None:
        """Write a small file, read it back and remove it. Raises ArchiveError where archives cannot be kept.

        A storage that lets nobody delete may keep the file: of archives nothing is deleted either.
        """
        # A name of its own: any number may look at the same time.
        location, content = f".baton-check-{secrets.token_hex(8)}", secrets.token_bytes(32)
        try:
            await obstore.put_async(self._store, location, content)
        except (BaseError, OSError) as error:
            raise self._trouble("written", "", error) from None
        try:
            answer = await obstore.get_async(self._store, location)
            found = bytes(await answer.bytes_async())
        except (BaseError, OSError) as error:
            raise self._trouble("read", "", error) from None
        with suppress(BaseError, OSError):
            await obstore.delete_async(self._store, location)
        if found != content:
            hint = "is there a cache or another bucket in between? Nothing is archived here"
            raise ArchiveError("what is read is not what was written", where=self.address, hint=hint)

    def _trouble(self, what: str, location: str, error: Exception) -> ArchiveError:
        return ArchiveError(
            f"an archive cannot be {what}: {reason_of(error)}",
            where=f"{self.address}/{location}",
            hint=_hint(what, error),
        )


def open_storage(address: str, environ: Mapping[str, str], *, hurried: bool = False) -> ArchiveStorage:
    """The storage at `s3://bucket/folder`, or in a folder. Nothing is asked yet. `hurried`: one that does not
    answer is not asked for minutes.

    An S3 is told where it is and who asks by the variables that all its clients know: AWS_ENDPOINT_URL,
    AWS_ACCESS_KEY_ID and the others. Raises SettingsError.
    """
    if address.startswith("s3://"):
        return _in_s3(address.removeprefix("s3://").strip("/"), environ, hurried=hurried)
    if "://" in address and not address.startswith("file://"):
        hint = "a folder, or s3://bucket/folder; Supabase Storage speaks S3, too"
        raise SettingsError(f"{address!r} is no place for archives", where="BATON_ARCHIVES", hint=hint)
    return _in_folder(Path(address.removeprefix("file://")).expanduser().absolute())


def _in_folder(folder: Path) -> ArchiveStorage:
    try:
        # What is masked is still nobody else's business; a folder that is there keeps its rights.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"the folder cannot be made: {error.strerror}", where=str(folder)) from None
    return ArchiveStorage(LocalStore(str(folder)), LocalFileSystem(), root=str(folder), address=str(folder))


def _in_s3(root: str, environ: Mapping[str, str], *, hurried: bool) -> ArchiveStorage:
    bucket, _, prefix = root.partition("/")
    if not bucket:
        raise SettingsError("the bucket is missing", where="BATON_ARCHIVES", hint="s3://bucket/folder")
    options: Any = {option: environ[name] for name, option in _S3_SETTINGS.items() if environ.get(name)}
    endpoint = _checked_endpoint(options.get("endpoint", ""))
    client: Any = {"allow_http": True} if endpoint.startswith("http://") else {}
    client |= _HURRIED_CLIENT if hurried else {}
    patience: Any = {"retry_config": _IN_A_HURRY} if hurried else {}
    # Buckets of storages that only speak S3 are paths, and not names of hosts.
    options["virtual_hosted_style_request"] = not endpoint
    return ArchiveStorage(
        S3Store(bucket, prefix=prefix or None, client_options=client, **patience, **options),
        PyFileSystem(FSSpecHandler(FsspecStore("s3", config=options, client_options=client))),
        root=root,
        address=f"s3://{root}",
    )


def _checked_endpoint(endpoint: str) -> str:
    """An address, or none. The client breaks at anything else."""
    try:
        address = urlsplit(endpoint)
        is_address = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        is_address = False
    if endpoint and not is_address:
        hint = "https://host, without the bucket; left out it is Amazon's own S3"
        raise SettingsError("this is no address of a storage", where="AWS_ENDPOINT_URL", hint=hint)
    return endpoint


#: What a disk says that has no room, or no room for this user.
_FULL = ("No space left", "quota exceeded", "File too large")


#: Whom a client asks for keys that nobody has told it, on a machine of Amazon's.
_AMAZONS_OWN = "http://169.254.169.254/"


def _hint(what: str, error: Exception) -> str:
    if any(words in str(error) for words in _FULL):
        return "make room there; nothing is deleted that is not archived"
    if isinstance(error, FileNotFoundError):
        return "is there such a bucket?" if what == "written" else "was it removed by hand?"
    if _AMAZONS_OWN in str(error):
        return "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and Amazon gives no role here"
    return (
        "are the address (AWS_ENDPOINT_URL), the bucket and the keys right? Of a folder: may it be written?"
    )


def reason_of(error: Exception) -> str:
    """The first line of what the storage says: what follows describes the request, keys included."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return first.partition(". Detail:")[0][:300]
