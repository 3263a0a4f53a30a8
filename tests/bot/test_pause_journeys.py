"""At the door of every platform, an admin stops and starts all posting, and reads in the audit who did."""

import json
from pathlib import Path

import pytest

from tests.faults.commands import ADMIN, STAFF, doors


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["slack", "teams", "playground"])
async def test_an_admin_pauses_and_resumes_all_posting_and_staff_cannot(tmp_path: Path, platform: str) -> None:
    async with doors(tmp_path, [platform]) as (door,):

        async def said(role: str, line: str) -> str:
            return json.dumps(await door.ask(role, line), ensure_ascii=False)

        if STAFF in door.roles:
            assert "All posting" not in await said(STAFF, "/trade-admin pause confirm")
        assert "Do you want to stop all posting" in await said(ADMIN, "/trade-admin pause")
        assert "paused all posting" not in await said(ADMIN, "/trade-admin status")
        assert "paused all posting" in await said(ADMIN, "/trade-admin pause confirm")
        for line in ("/trade-admin status", "/csms resume", "/trade-admin audit posting"):
            assert "paused all posting" in await said(ADMIN, line), line
        assert "Posting resumes." in await said(ADMIN, "/trade-admin resume")
        assert "paused all posting" not in await said(ADMIN, "/trade-admin status")
        assert "resumed all posting" in await said(ADMIN, "/trade-admin audit")
        if platform != "teams":  # everybody reads help in a channel there
            assert "/trade-admin audit" in await said(ADMIN, "/trade-admin help")
