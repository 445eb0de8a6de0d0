"""The one way a form page of this app works: show, check, one action, go on; a refusal comes back in
place.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from gongzhi.core.errors import DomainError
from gongzhi.core.forms import Form
from gongzhi.orgs.requests import PageRequest


def fill(
    request: PageRequest,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    done: str,
    done_words: str,
    **page: Any,
) -> HttpResponse:
    """Show `form`, or on POST check it, call `act` with what was entered and go to `done`.

    What is refused stays filled in, with the reason at its field and the status of the refusal. `page` holds
    title, button, back and whatever else `orgs/form.html` shows.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
                status = error.status
            else:
                messages.success(request, done_words)
                return redirect(done)
    return render(request, "orgs/form.html", {"form": form, **page}, status=status)
