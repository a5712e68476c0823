"""A browser without scripts: follows links, fills forms in by their labels, presses what is written on them."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
DEADLINE_S = 20


class Node:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children = []

    def __getitem__(self, name):
        return self.attributes.get(name)

    def all(self, *tags):
        """Elements of these kinds in here, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                if not tags or child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def around(self, *tags):
        node = self.parent
        while node is not None and node.tag not in tags:
            node = node.parent
        return node

    @property
    def text(self):
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(parts).split())


class Tree(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("page", {}, None)
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        node = Node(tag, {name: value or "" for name, value in attributes}, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag):
        node = self.at
        while node.parent is not None and node.tag != tag:
            node = node.parent
        self.at = node.parent or self.root

    def handle_data(self, text):
        if self.at.tag not in ("script", "style"):
            self.at.children.append(text)


class Page:
    def __init__(self, browser, url, status, html):
        self.browser, self.url, self.status = browser, url, status
        self.root = Tree(html).root

    @property
    def text(self):
        return self.root.text

    def find(self, words, *tags, within=None):
        """The first element of these kinds that says exactly this, or starts with it."""
        found = [node for node in (within or self.root).all(*tags) if node.text]
        exact = [node for node in found if node.text == words]
        starting = [node for node in found if node.text.startswith(words)]
        if not exact + starting:
            said = ", ".join(repr(node.text) for node in found) or "none"
            raise AssertionError(f"{self.url} has no {' or '.join(tags)} that says {words!r}: {said}")
        return (exact + starting)[0]

    def expect(self, *sentences):
        for sentence in sentences:
            assert sentence in self.text, f"{self.url} does not say {sentence!r}: {self.text[:1500]}"
        return self

    def follow(self, words):
        return self.browser.open(urllib.parse.urljoin(self.url, self.find(words, "a")["href"]))

    def press(self, words, fields=None, choices=None, within=None):
        """Sends the form around the button with these words. `fields` are filled in by their labels, `choices`
        name a radio button's label under its legend."""
        button = self.find(words, "button", within=within)
        form = button.around("form")
        assert form is not None, f"{self.url}: {words!r} stands in no form"
        values = self.defaults(form)
        for label, value in (fields or {}).items():
            named = self.labelled(form, label)
            values[named["name"]] = value
        for legend, label in (choices or {}).items():
            group = self.find(legend, "legend", within=form).parent
            radio = next(self.find(label, "label", within=group).all("input"))
            values[radio["name"]] = radio["value"]
        if button["name"]:
            values[button["name"]] = button["value"]
        missing = [n["name"] for n in form.all("input", "textarea") if n["required"] is not None and not values.get(n["name"])]
        assert not missing, f"{self.url}: {words!r} is pressed and {missing} are empty"
        target = urllib.parse.urljoin(self.url, form["action"] or self.url)
        return self.browser.send(target, values if form["method"] == "post" else None, self.url)

    def labelled(self, form, words):
        target = self.find(words, "label", within=form)["for"]
        found = [node for node in form.all("input", "select", "textarea") if node["id"] == target]
        assert found, f"{self.url}: the label {words!r} belongs to no field"
        return found[0]

    def defaults(self, form):
        values = {}
        for node in form.all("input", "textarea", "select"):
            name, kind = node["name"], node["type"]
            if not name or kind in ("submit", "button"):
                continue
            if kind in ("radio", "checkbox"):
                if node["checked"] is not None:
                    values[name] = node["value"] or "on"
            elif node.tag == "select":
                options = list(node.all("option"))
                chosen = [o for o in options if o["selected"] is not None] or options[:1]
                values.update({name: o["value"] for o in chosen})
            elif node.tag == "textarea":
                values[name] = node.text
            else:
                values[name] = node["value"] or ""
        return values


class Browser:
    """One person's: with cookies of its own."""

    def __init__(self):
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, url):
        return self.send(url, None, None)

    def send(self, url, values, came_from):
        request = urllib.request.Request(url)
        if values is not None:
            request.data = urllib.parse.urlencode(values).encode()
            parts = urllib.parse.urlsplit(came_from)
            request.add_header("Origin", f"{parts.scheme}://{parts.netloc}")
        try:
            answer = self.opener.open(request, timeout=DEADLINE_S)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return Page(self, answer.url, answer.status, answer.read().decode())
