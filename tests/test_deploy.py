"""The files for containers are what their published schemas allow, and say the same as nginx's configuration."""

import configparser
import json
import re
from importlib.resources import files

import jsonschema
import kubernetes_validate
import pytest
import yaml
from walk import ROOT

from deploy import front

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
KUBERNETES = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
KINDS = {one["kind"]: one for one in KUBERNETES}


def test_compose_is_what_the_compose_specification_allows():
    schema = json.loads(files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text())
    check = jsonschema.validators.validator_for(schema)(schema)
    check.validate(COMPOSE)
    broken = {**COMPOSE, "services": {"app": {"imagge": "x"}}}
    assert not check.is_valid(broken)


@pytest.mark.parametrize("version", ["1.29", "1.37"])
@pytest.mark.parametrize("one", KUBERNETES, ids=lambda one: one["kind"])
def test_kubernetes_files_are_what_its_schemas_allow(one, version):
    kubernetes_validate.validate(one, version, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(one | {"specs": {}}, version, strict=True)


def test_every_container_is_of_an_image_that_the_dockerfile_builds_and_runs_as_nobody_in_particular():
    stages = re.findall(r"^FROM \S+ AS (\w+)", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert {one["build"]["target"] for one in COMPOSE["services"].values()} <= set(stages)
    app = (DEPLOY / "Dockerfile").read_text().partition(" AS packed")[0]
    pod = KINDS["Deployment"]["spec"]["template"]["spec"]
    assert f"USER {pod['securityContext']['runAsUser']}\n" in app and "HEALTHCHECK" in app
    copied = re.findall(r"^COPY (?!--from)(\S+) ", app, re.M)
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert all((ROOT / name).exists() and f"!{name}" in allowed for name in copied)


def test_the_image_of_the_app_holds_every_folder_that_the_app_reads():
    """What it imports, and what it opens below the root of the repository."""
    sources = [path for folder in ("ui", "dlcore", "pages") for path in (ROOT / folder).rglob("*.py")]
    written = "".join(path.read_text() for path in sources)
    read = set(re.findall(r'ROOT / "(\w+)', written)) | set(re.findall(r"^(?:from|import) (\w+)", written, re.M))
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    copied = re.findall(r"^COPY (\S+) ", (DEPLOY / "Dockerfile").read_text().partition(" AS packed")[0], re.M)
    assert {"lessons", "studies", "pages", "ui", "dlcore"} == read & folders <= set(copied) | {".streamlit"}


def test_the_secret_of_compose_is_never_committed():
    assert "deploy/.env" in (ROOT / ".gitignore").read_text().split()


def test_nginx_in_its_container_knows_the_addresses_of_compose():
    replicas = re.search(r'ARG REPLICAS="(.*)"', (DEPLOY / "Dockerfile").read_text()).group(1).split()
    given = [one["networks"]["hall"]["ipv4_address"] for name, one in COMPOSE["services"].items() if name != "front"]
    assert replicas == [f"{address}:8501" for address in given]


def test_the_ingress_sends_the_headers_of_nginx_and_its_cookie():
    hashed = front.script_hash((front.streamlit_files() / "index.html").read_text())
    conf = front.configuration("8500", ["10.0.0.1:8501"], hashed)
    said = {name: value.strip('"') for name, value in re.findall(r'add_header (\S+) (".*?"|[a-z-]+) always;', conf)}
    assert len(said) >= 5 and KINDS["ConfigMap"]["data"] == said
    annotations = KINDS["Ingress"]["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert annotations["nginx.ingress.kubernetes.io/session-cookie-name"] == "replica"


def test_the_parts_of_kubernetes_find_each_other():
    pod = KINDS["Deployment"]["spec"]["template"]
    assert KINDS["Service"]["spec"]["selector"] == pod["metadata"]["labels"]
    assert KINDS["PodDisruptionBudget"]["spec"]["selector"] == KINDS["Deployment"]["spec"]["selector"]
    target = KINDS["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert target["name"] == KINDS["Deployment"]["metadata"]["name"]
    ports = {port["name"] for port in pod["spec"]["containers"][0]["ports"]}
    probes = [pod["spec"]["containers"][0][f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")]
    assert all(probe["path"] == "/_stcore/health" and probe["port"] in ports for probe in probes)


def test_the_unit_of_systemd_starts_the_hall_and_is_no_root():
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "hall.service")
    service = unit["Service"]
    assert service["ExecStart"].removeprefix(service["WorkingDirectory"]).startswith("/.venv/bin/python -m deploy.hall")
    assert service["User"] != "root" and service["Restart"] == "always"


def test_what_no_nginx_could_use_is_refused():
    for replicas, said in (([], "at least one replica"), (["app-1:8501"], "IPv4 address with a port.*'app-1:8501'")):
        with pytest.raises(ValueError, match=said):
            front.configuration("8500", replicas, "sha256-x")
    with pytest.raises(ValueError, match="one inline script, got 2"):
        front.script_hash("<script>a</script><script>b</script>")
