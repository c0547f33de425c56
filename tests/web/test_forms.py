"""What comes in through any form."""

from directory.app import FanalApp
from directory.errors import InvalidInput, InvalidInputs
from directory.web.forms import Form, sent

OURS = {"Sec-Fetch-Site": "same-origin"}


def test_a_text_that_no_database_holds_is_refused_before_anything_is_read(app: FanalApp) -> None:
    client = app.test_client()

    assert client.post("/connexion", data={"email": "a\0b"}, headers=OURS).status_code == 400
    assert client.get("/mot-de-passe/a%00b").status_code == 400


def test_a_form_comes_back_with_what_was_typed_but_without_its_secrets(app: FanalApp) -> None:
    error = InvalidInput("Trop court.", field="password", remedy="Allongez-le.")
    data = {"email": "awa@exemple.fr", "password": "secret"}
    with app.test_request_context("/", method="POST", data=data):
        form = sent(error)

    assert form.value("email") == "awa@exemple.fr"
    assert form.value("password") == ""
    assert form.wrong("password") == "Trop court. Allongez-le."
    assert form.wrong("email") is None


def test_each_field_says_what_is_wrong_with_it() -> None:
    problems = [InvalidInput("Un nom manque.", field="name"), InvalidInput("Trop.", field="role")]

    form = Form(error=InvalidInputs(problems))

    assert (form.wrong("name"), form.wrong("role")) == ("Un nom manque.", "Trop.")
    assert Form().problems == []
