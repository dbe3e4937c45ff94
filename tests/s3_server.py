"""A storage that speaks S3, over HTTP, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import boto3
from moto.server import ThreadedMotoServer

#: No request is checked against it; but it must show up nowhere.
SECRET_KEY = "canary-s3-secret-4d1a"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3:
    """An empty bucket, and what a client is told."""

    address: str
    settings: dict[str, str]


@contextmanager
def s3_server(bucket: str = "archives") -> Iterator[S3]:
    """Start it on a free port; all it holds goes with it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        settings = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "baton",
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1",
        }
        client = boto3.client(
            "s3",
            endpoint_url=settings["AWS_ENDPOINT_URL"],
            aws_access_key_id="baton",
            aws_secret_access_key=SECRET_KEY,
            region_name="us-east-1",
        )
        client.create_bucket(Bucket=bucket)
        yield S3(address=f"s3://{bucket}/baton", settings=settings)
    finally:
        server.stop()
