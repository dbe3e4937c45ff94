"""The shop under examples/: a target must be right itself before anything is tested against it."""

import json
from typing import Any

import pytest
from shopapi import Answer, Call, Shop, ShopSettings
from shopapi.parts import PASSWORD


class Hands:
    """The hands of a clock that somebody else turns."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        """The time they show."""
        return self.time


@pytest.fixture
def hands() -> Hands:
    """A clock that stands still."""
    return Hands()


@pytest.fixture
def shop(hands: Hands) -> Shop:
    """A shop whose tokens live for a minute."""
    return Shop(ShopSettings(token_lifetime=60), now=hands)


def ask(shop: Shop, method: str, path: str, body: Any = None, *, token: str = "", **query: str) -> Answer:
    """One call, with a JSON body and a token where they are given."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    raw = b"" if body is None else json.dumps(body).encode()
    return shop.handle(Call(method=method, path=path, query=query, headers=headers, body=raw))


def sign_in(shop: Shop, email: str = "ada@shop.example", password: str = PASSWORD) -> str:
    """A token of a customer."""
    answer = ask(shop, "POST", "/auth/login", {"email": email, "password": password})
    return str(answer.body["access_token"])


def cart_with(shop: Shop, token: str, product_id: str, quantity: int) -> str:
    """The id of a new cart."""
    body = {"product_id": product_id, "quantity": quantity}
    return str(ask(shop, "POST", "/cart", body, token=token).body["id"])


def test_a_login_gives_a_token_that_looks_like_one(shop: Shop) -> None:
    """The token is a JSON Web Token, and the answer says how long it lives."""
    answer = ask(shop, "POST", "/auth/login", {"email": "ada@shop.example", "password": PASSWORD})
    assert answer.status == 200
    assert answer.body["access_token"].startswith("ey")
    assert answer.body["expires_in"] == 60
    assert answer.body["user"] == {"id": "p-1", "name": "Ada", "email": "ada@shop.example"}


@pytest.mark.parametrize(
    "form",
    [
        {"email": "ada@shop.example", "password": "no"},
        {"email": "nobody@shop.example", "password": PASSWORD},
        {"email": "ada@shop.example"},
        {"email": "ada@shop.example", "password": "\ud800"},
        {},
    ],
)
def test_wrong_credentials_are_refused_alike(shop: Shop, form: dict[str, str]) -> None:
    """The answer does not tell whether the e-mail or the password was wrong."""
    answer = ask(shop, "POST", "/auth/login", form)
    assert (answer.status, answer.body["error"]) == (401, "wrong_credentials")


def test_a_token_expires(shop: Shop, hands: Hands) -> None:
    """A token is good until its time is over, and not a second longer."""
    token = sign_in(shop)
    hands.time += 59
    assert ask(shop, "GET", "/me", token=token).status == 200
    hands.time += 1
    answer = ask(shop, "GET", "/me", token=token)
    assert (answer.status, answer.body["error"]) == (401, "token_expired")


def test_a_token_can_be_given_back(shop: Shop) -> None:
    """After signing out a token is refused; another token of the same person is not."""
    token, other = sign_in(shop), sign_in(shop)
    assert ask(shop, "POST", "/auth/logout", token=token).status == 204
    assert ask(shop, "GET", "/me", token=token).body["error"] == "token_revoked"
    assert ask(shop, "GET", "/me", token=other).status == 200


@pytest.mark.parametrize("token", ["nonsense", "e30.e30.x", "..", "ä.ö.ü"])
def test_a_forged_token_is_refused(shop: Shop, token: str) -> None:
    """Only what the shop signed itself opens anything."""
    answer = ask(shop, "GET", "/me", token=token)
    assert (answer.status, answer.body["error"]) == (401, "token_invalid")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_token_of_another_shop_is_refused(shop: Shop) -> None:
    """Each shop has a key of its own."""
    assert ask(Shop(ShopSettings()), "GET", "/me", token=sign_in(shop)).status == 401


def test_the_catalog_can_be_narrowed(shop: Shop) -> None:
    """A tag and a limit leave fewer products."""
    token = sign_in(shop)
    everything = ask(shop, "GET", "/catalog", token=token).body
    some = ask(shop, "GET", "/catalog", token=token, tag="race", limit="2").body
    assert everything["count"] == 6
    assert [product["id"] for product in some["products"]] == ["bib-number", "chalk"]


@pytest.mark.parametrize("limit", ["0", "-1", "many", "9" * 5000])
def test_a_limit_must_be_a_count(shop: Shop, limit: str) -> None:
    """What is not a whole number from 1 up is a 422, however strange."""
    assert ask(shop, "GET", "/catalog", token=sign_in(shop), limit=limit).status == 422


def test_an_order_costs_what_the_cart_did(shop: Shop) -> None:
    """The total is computed from prices and quantities, and moves from the cart to the order."""
    token = sign_in(shop)
    cart_id = cart_with(shop, token, "baton-oak", 2)
    ask(shop, "POST", f"/cart/{cart_id}/items", {"product_id": "chalk", "quantity": 3}, token=token)
    cart = ask(shop, "GET", f"/cart/{cart_id}", token=token).body
    order = ask(shop, "POST", "/orders", {"cart_id": cart_id}, token=token)
    assert cart["total"] == order.body["total"] == 2 * 1290 + 3 * 490
    assert order.headers["Location"] == f"/orders/{order.body['id']}"
    assert ask(shop, "GET", f"/cart/{cart_id}", token=token).status == 404


def test_an_order_is_cancelled_once(shop: Shop) -> None:
    """The second time is a conflict, and the order stays cancelled."""
    token = sign_in(shop)
    cart_id = cart_with(shop, token, "chalk", 1)
    path = f"/orders/{ask(shop, 'POST', '/orders', {'cart_id': cart_id}, token=token).body['id']}"
    assert ask(shop, "DELETE", path, token=token).body["status"] == "cancelled"
    assert ask(shop, "DELETE", path, token=token).status == 409
    assert ask(shop, "GET", path, token=token).body["status"] == "cancelled"


def test_nobody_sees_somebody_elses_cart(shop: Shop) -> None:
    """Another customer's cart is not found, and cannot be bought or thrown away."""
    ada, ben = sign_in(shop), sign_in(shop, "ben@shop.example")
    cart_id = cart_with(shop, ada, "chalk", 1)
    assert ask(shop, "GET", f"/cart/{cart_id}", token=ben).status == 404
    assert ask(shop, "DELETE", f"/cart/{cart_id}", token=ben).status == 404
    assert ask(shop, "POST", "/orders", {"cart_id": cart_id}, token=ben).status == 404
    assert ask(shop, "DELETE", f"/cart/{cart_id}", token=ada).status == 204


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"product_id": "unobtainium"}, 404),
        ({}, 404),
        ({"product_id": "chalk", "quantity": 0}, 422),
        ({"product_id": "chalk", "quantity": 100}, 422),
        ({"product_id": "chalk", "quantity": True}, 422),
        ({"product_id": "chalk", "quantity": 1.5}, 422),
        ([], 400),
        (None, 400),
    ],
)
def test_a_bad_item_is_refused(shop: Shop, body: Any, status: int) -> None:
    """Every mistake has its status, and no cart comes of it."""
    assert ask(shop, "POST", "/cart", body, token=sign_in(shop)).status == status


def test_a_wrong_method_names_the_right_ones(shop: Shop) -> None:
    """405 says what is allowed; a path that does not exist is a 404."""
    answer = ask(shop, "PUT", "/orders/order-1")
    assert (answer.status, answer.headers["Allow"]) == (405, "DELETE, GET")
    assert ask(shop, "GET", "/nowhere").status == 404


def test_trouble_is_off_unless_asked_for(shop: Shop) -> None:
    """The flaky endpoint never fails by itself."""
    token = sign_in(shop)
    assert {ask(shop, "GET", "/products/chalk/stock", token=token).status for _ in range(50)} == {200}


def test_trouble_is_repeatable() -> None:
    """With one seed two shops fail at the same calls, and not at all of them."""

    def statuses() -> list[int]:
        shop = Shop(ShopSettings(flaky=0.3, seed=1))
        token = sign_in(shop)
        return [ask(shop, "GET", "/products/chalk/stock", token=token).status for _ in range(50)]

    assert statuses() == statuses()
    assert set(statuses()) == {200, 503}


def test_the_password_is_in_no_repr() -> None:
    """Settings can be logged without telling the password."""
    assert "hush" not in repr(ShopSettings(password="hush"))


@pytest.mark.parametrize("first", ["two", [1]])
def test_a_query_with_arguments_that_cannot_be_is_answered(shop: Shop, first: object) -> None:
    """With an error of GraphQL; the connection does not break off."""
    query = {"query": "query A($c: Int!) { products(first: $c) { id } }", "variables": {"c": first}}
    answer = ask(shop, "POST", "/graphql", query)
    assert answer.body == {"errors": [{"message": "Field 'products' got arguments that it cannot have."}]}
