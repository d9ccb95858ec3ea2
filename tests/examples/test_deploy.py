"""What deploy/ holds fits the proxy: its metrics, ports, paths, commands and settings."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import Metric

from proxy.cli.main import COMMANDS
from proxy.detection.memory import Memory
from proxy.edge.configuration.file import parse
from proxy.edge.ledger.anchors.anchor import AnchorState
from proxy.edge.ledger.ledger import LedgerHealth
from proxy.edge.metrics import Metrics
from proxy.edge.ship.cursors import Cursor
from proxy.edge.ship.shipping import TargetStatus

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OPERATIONS = (ROOT / "docs/operations.md").read_text()


# --- Prometheus and Grafana ------------------------------------------------------------------------------


class Hourly:
    """An anchor that nothing asks."""

    name = "hourly"
    every_seconds = 3600.0


def families() -> list[Metric]:
    """Every metric that the proxy shows, with a sample where its labels cannot be known otherwise."""
    metrics = Metrics("1")
    metrics.watch(lambda: LedgerHealth("ledger_full", 1, 0, 0), [AnchorState(Hourly())])  # type: ignore[arg-type]
    metrics.remember(lambda: Memory(1, b""))
    metrics.shipping.found = [TargetStatus("siem", Cursor(), 1, 1.0, None, {"timeout": 1})]
    return list(metrics.registry.collect())


def shown() -> dict[str, set[str]]:
    """The names of all samples with their labels; declared labels count where there is no sample yet."""
    metrics = Metrics("1")
    declared = {
        name: set(collector._labelnames)
        for collector, names in metrics.registry._collector_to_names.items()
        for name in names
        if hasattr(collector, "_labelnames")
    }
    found = {name: {*labels, "le"} if name.endswith("_bucket") else labels for name, labels in declared.items()}
    for family in families():
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression of the alerts and the dashboard, with where it stands."""
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


def dashboard() -> dict:
    return json.loads((DEPLOY / "grafana/meeting-proxy.json").read_text())


FROM_PROMETHEUS = {"instance", "job", "le"}


@pytest.mark.parametrize(("where", "expression"), list(expressions()), ids=lambda value: value.split("(")[0][:40])
def test_an_expression_asks_for_metrics_and_labels_that_there_are(where, expression):
    there = shown()
    asked = re.findall(r"((?:meeting_proxy|process)_\w+)(?:\{([^}]*)\})?", expression)

    assert asked, where
    labels = set()
    for name, selectors in asked:
        assert name in there, (where, name)
        labels |= there[name]
        assert set(re.findall(r"(\w+)\s*=", selectors)) <= there[name] | FROM_PROMETHEUS, (where, name)
    for grouped in re.findall(r"by \(([^)]*)\)", expression):
        assert set(grouped.replace(" ", "").split(",")) <= labels | FROM_PROMETHEUS, where


def test_every_metric_is_in_the_table_and_on_the_dashboard():
    names = {each.name for each in families() if each.name.startswith("meeting_proxy_")}
    asked = " ".join(expression for _, expression in expressions())
    table = OPERATIONS.partition("## Metrics")[2].partition("\n## ")[0]

    assert {name for name in names if name not in asked} == set()
    assert {name for name in names if name.removeprefix("meeting_proxy_") not in table} == set()


def test_every_alert_says_how_bad_it_is_and_where_to_read_on():
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            page, _, anchor = rule["annotations"]["runbook"].partition("#")
            headings = re.findall(r"(?m)^#+ (.+)$", (ROOT / page).read_text())

            assert rule["labels"]["severity"] in {"critical", "warning", "info"}
            assert not anchor or anchor in {
                re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings
            }


def test_panels_have_ids_of_their_own_and_do_not_overlap():
    panels = dashboard()["panels"]
    cells = [
        (each["gridPos"]["x"] + right, each["gridPos"]["y"] + down)
        for each in panels
        for right in range(each["gridPos"]["w"])
        for down in range(each["gridPos"]["h"])
    ]

    assert len({each["id"] for each in panels}) == len(panels)
    assert len(set(cells)) == len(cells)


# --- systemd, Compose, TLS servers -----------------------------------------------------------------------


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd/meeting-proxy.service").read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def test_the_unit_checks_serves_and_reloads_by_commands_that_there_are():
    commands = [value.split()[1] for key in ("ExecStartPre", "ExecStart", "ExecReload") for value in unit()[key]]

    assert commands == ["check", "serve", "reload"]
    assert set(commands) <= set(COMMANDS)
    assert unit()["WantedBy"] == ["multi-user.target"]
    assert unit()["After"][0].split()[0] == "network-online.target"


def test_the_unit_gives_time_to_drain_and_room_for_connections():
    limits = parse((ROOT / "config/proxy.yaml").read_text()).limits

    assert int(unit()["TimeoutStopSec"][0]) > limits.drain_seconds
    assert int(unit()["LimitNOFILE"][0]) > limits.connections


def test_compose_publishes_clients_and_pages_and_not_the_admin_listener():
    service = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text())["services"]["meeting-proxy"]

    assert sorted(port.rsplit(":", 1)[1] for port in service["ports"]) == ["8080", "8082"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "state:/var/lib/meeting-proxy" in service["volumes"]


@pytest.mark.parametrize("file", ["caddy/Caddyfile", "nginx/meeting-proxy.conf"])
def test_a_tls_server_passes_on_clients_pages_and_of_the_admin_listener_webhook_and_scim_alone(file):
    text = (DEPLOY / file).read_text()

    assert re.findall(r"127\.0\.0\.1:(\d+)", text) == ["8080", "8082", "8081", "8081"]
    hooks, _, scim = text.rpartition("127.0.0.1:8082")[2].partition("# Entra ID")
    assert ("/webhooks/zoom" in hooks, "/scim/v2/" in hooks, "404" in hooks) == (True, False, True)
    assert ("/webhooks/zoom" in scim, "/scim/v2/" in scim, "404" in scim) == (False, True, True)
    assert "192.0.2.0/24" in scim


# --- the chart -------------------------------------------------------------------------------------------

CHART = DEPLOY / "helm/meeting-proxy"
HELM = Path(sys.executable).parent / "helm"
ONE = "listen: {host: 0.0.0.0}\nadmin: {host: 0.0.0.0}\n"
PAGES = ONE + "consent_pages: {host: 0.0.0.0, port: 9082, base_url: https://consent.example}\n"
SEVERAL = ONE + "store: postgresql://proxy@db/proxy\nledger: {name: {env: POD_NAME}}\n"

chart = pytest.mark.skipif(not HELM.exists(), reason="there is no package of helm for this platform")


def helm(
    tmp_path: Path, configuration: str, *arguments: str, command: str = "template"
) -> subprocess.CompletedProcess[str]:
    (tmp_path / "proxy.yaml").write_text(configuration)
    given = [str(CHART), "--set-file", f"configuration={tmp_path}/proxy.yaml", *arguments]
    words = ["lint", "--strict", *given] if command == "lint" else ["template", "minutes", *given]
    return subprocess.run([HELM, *words], capture_output=True, text=True, check=False)


def rendered(tmp_path: Path, configuration: str, *arguments: str) -> dict[str, dict]:
    made = helm(tmp_path, configuration, *arguments)
    assert made.returncode == 0, made.stderr
    found = [each for each in yaml.safe_load_all(made.stdout) if each]
    return {f"{each['kind']} {each['metadata']['name']}": each for each in found}


@chart
@pytest.mark.parametrize("configuration", [ONE, PAGES, SEVERAL], ids=["one", "pages", "several"])
def test_the_chart_passes_lint(tmp_path, configuration):
    assert helm(tmp_path, configuration, command="lint").returncode == 0


@chart
def test_a_pod_may_do_nothing_that_it_need_not(tmp_path):
    pod = rendered(tmp_path, ONE)["StatefulSet minutes"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["terminationGracePeriodSeconds"] == 45
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "admin", "scheme": "HTTP"}


@chart
def test_ports_and_pages_are_those_of_the_configuration(tmp_path):
    made = rendered(
        tmp_path,
        PAGES.replace("admin: {host: 0.0.0.0}", "admin: {host: 0.0.0.0, port: 9081, tls: {certificate: a.pem}}"),
        "--set=ingress.enabled=true,ingress.host=consent.example,ingress.tlsSecret=pages,serviceMonitor.enabled=true",
    )
    (container,) = made["StatefulSet minutes"]["spec"]["template"]["spec"]["containers"]

    assert {port["name"]: port["containerPort"] for port in container["ports"]} == {
        "clients": 8080,
        "admin": 9081,
        "pages": 9082,
    }
    assert container["readinessProbe"]["httpGet"]["scheme"] == "HTTPS"
    assert made["Ingress minutes-pages"]["spec"]["rules"][0]["host"] == "consent.example"
    assert made["ServiceMonitor minutes"]["spec"]["endpoints"][0]["scheme"] == "https"


@chart
def test_nobody_reaches_the_admin_listener_unless_named(tmp_path):
    closed = rendered(tmp_path, ONE)["NetworkPolicy minutes"]["spec"]
    opened = rendered(tmp_path, ONE, "--set=networkPolicy.monitoring[0].namespaceSelector.matchLabels.name=monitoring")

    assert [port["port"] for rule in closed["ingress"] for port in rule["ports"]] == ["clients"]
    (rule,) = (
        rule for rule in opened["NetworkPolicy minutes"]["spec"]["ingress"] if rule["ports"] == [{"port": "admin"}]
    )
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}]


@chart
def test_several_replicas_have_ledgers_and_names_of_their_own(tmp_path):
    made = rendered(tmp_path, SEVERAL, "--set=replicas=3")
    spec = made["StatefulSet minutes"]["spec"]

    assert spec["replicas"] == 3
    assert spec["volumeClaimTemplates"][0]["metadata"]["name"] == "state"
    assert spec["template"]["spec"]["containers"][0]["env"][0]["name"] == "POD_NAME"
    assert made["PodDisruptionBudget minutes"]["spec"]["maxUnavailable"] == 1


@chart
@pytest.mark.parametrize(
    ("configuration", "arguments", "told"),
    [
        ("", (), "--set-file configuration=proxy.yaml"),
        ("listen: [", (), "configuration is no YAML"),
        ("listen: {host: 0.0.0.0}\n", (), "admin.host is 127.0.0.1"),
        (ONE + "consent_pages: {}\n", (), ""),
        (ONE + "consent_pages: {base_url: https://c.example}\n", (), "consent_pages.host is 127.0.0.1"),
        (ONE, ("--set=replicas=2",), "store: postgresql://"),
        (ONE + "store: postgresql://db/x\n", ("--set=replicas=2",), "ledger: {name: {env: POD_NAME}}"),
        (ONE, ("--set=ingress.enabled=true",), "no 'consent_pages'"),
        (ONE, ("--set=image.digest=latest",), "digest"),
        (ONE, ("--set=imgae.tag=1",), "imgae"),
    ],
    ids=["none", "no-yaml", "loopback", "no-pages", "pages-loopback", "sqlite", "name", "ingress", "digest", "typo"],
)
def test_what_could_not_work_is_refused_with_a_remedy(tmp_path, configuration, arguments, told):
    made = helm(tmp_path, configuration, *arguments)

    assert (made.returncode != 0) == bool(told)
    assert told in made.stderr


# --- the wheel -------------------------------------------------------------------------------------------


def test_the_wheel_holds_all_that_a_server_needs_from_what_the_image_copies(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in re.findall(r"(?m)^!(.+)$", (ROOT / ".dockerignore").read_text()):
        if (ROOT / name).is_dir():
            skipped = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=skipped)
        else:
            shutil.copy(ROOT / name, source / name)
    words = ["wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())

    assert "proxy/py.typed" in names
    assert any(name.endswith(".data/data/share/man/man1/meeting-proxy.1") for name in names)
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"proxy", "meeting_privacy_proxy"}
    example = zipfile.ZipFile(wheel).read("proxy/edge/configuration/proxy.yaml").decode()
    assert example == (ROOT / "config/proxy.yaml").read_text()


def test_the_image_copies_what_it_is_given():
    copied = {
        word
        for line in re.findall(r"(?m)^COPY (?!--)(.+) \S+$", (ROOT / "Dockerfile").read_text())
        for word in line.split()
    }

    assert copied == set(re.findall(r"(?m)^!(.+)$", (ROOT / ".dockerignore").read_text()))
