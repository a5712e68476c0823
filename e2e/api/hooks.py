"""What a generated call cannot know: an Idempotency-Key stands for one call only."""

import re
import uuid

import schemathesis

HEADER = "Idempotency-Key"


@schemathesis.hook
def map_headers(context, headers):
    # Two calls that happen to share a key are a repeat, whose answer may name what was deleted since.
    # Keys that must be refused stay as they are. Repeats are tested in crates/server/tests/it/api.
    key = (headers or {}).get(HEADER)
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,255}", key):
        return {**headers, HEADER: str(uuid.uuid4())}
    return headers
