"""The routes of an add-on, as the server has them."""


def own_routes(env, module):
    """{url: (type, auth, methods, csrf)} of the routes whose handlers ``module`` defines.

    ``methods``: the verbs in order, without those that werkzeug and Odoo add; "any" without a limit.
    """
    prefix = f"odoo.addons.{module}."
    found = {}
    for rule in env["ir.http"].routing_map().iter_rules():
        if not rule.endpoint.func.__module__.startswith(prefix):
            continue
        routing = rule.endpoint.routing
        methods = " ".join(sorted(set(routing["methods"] or ["any"]) - {"OPTIONS", "HEAD"}))
        csrf = routing.get("csrf", routing["type"] == "http")
        found[rule.rule] = (routing["type"], routing["auth"], methods, csrf)
    return found
