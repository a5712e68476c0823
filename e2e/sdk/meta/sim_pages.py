"""Walks the simulated login pages as a person with a plain browser would: reads forms, presses buttons."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit, parse_qs

import requests


class _Forms(HTMLParser):
    """Every form with its fields and its buttons."""

    def __init__(self):
        super().__init__()
        self.forms = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action", ""), "fields": [], "buttons": {}, "ticks": {}})
        elif tag == "button" and self.forms:
            self.forms[-1]["buttons"][attrs.get("data-testid")] = (attrs.get("name"), attrs.get("value", ""))
        elif tag == "input" and self.forms:
            field = (attrs.get("name"), attrs.get("value", ""))
            if attrs.get("type") != "checkbox":
                self.forms[-1]["fields"].append(field)
            elif "checked" in attrs:
                self.forms[-1]["ticks"][attrs.get("data-testid")] = field


class Browser:
    """One person's browser. It follows redirects inside the simulator and stops where the app takes over."""

    def __init__(self, sim_url):
        self.sim_url = sim_url
        self.session = requests.Session()
        self.page = None

    def open(self, url):
        return self._land(self.session.get(url, allow_redirects=False))

    def press(self, test_id, untick=()):
        parser = _Forms()
        parser.feed(self.page.text)
        form = next(f for f in parser.forms if test_id in f["buttons"])
        data = form["fields"] + [field for name, field in form["ticks"].items() if name not in untick]
        if form["buttons"][test_id][0]:
            data.append(form["buttons"][test_id])
        target = urljoin(self.page.url, form["action"])
        return self._land(self.session.post(target, data=data, allow_redirects=False))

    def _land(self, response):
        while response.is_redirect:
            target = urljoin(response.url, response.headers["location"])
            if not target.startswith(self.sim_url):
                return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
            response = self.session.get(target, allow_redirects=False)
        self.page = response
        return None
