import pytest
from accounts.roles import Role
pytestmark = pytest.mark.browser
def test_try(visit, world):
    v = visit()
    v.sign_in(world.users[Role.GROUP_STAFF])
    print(v.page.title(), v.path)
    v.page.screenshot(path="/tmp/shot.png", full_page=True)
    assert v.overflow() == 0
