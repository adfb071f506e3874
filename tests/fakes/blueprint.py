"""A JSON Schema of Render's blueprints, as far as web services of a native runtime and databases go.

By https://render.com/docs/blueprint-spec. Like Render, it refuses unknown fields.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_PATH = {"type": "string", "pattern": "^/"}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(required), "additionalProperties": False,
    }


_ENV_VAR = {
    "oneOf": [
        _object(("key", "value"), key=_TEXT, value={"type": ["string", "number"]}),
        _object(("key", "generateValue"), key=_TEXT, generateValue={"const": True}),
        # Asked for when the blueprint is connected, and not again.
        _object(("key", "sync"), key=_TEXT, sync={"const": False}),
        _object(("fromGroup",), fromGroup=_TEXT),
        _object(("key", "fromDatabase"), key=_TEXT, fromDatabase=_object(
            ("name", "property"), name=_TEXT,
            property={"enum": ["host", "port", "database", "user", "password", "connectionString",
                               "connectionPoolString"]},
        )),
    ],
}

WEB_SERVICE = _object(
    ("type", "name", "runtime", "buildCommand", "startCommand"),
    type={"const": "web"},
    name={"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "maxLength": 63},
    runtime={"enum": ["node", "python", "elixir", "go", "ruby", "rust"]},
    region={"enum": ["oregon", "ohio", "virginia", "frankfurt", "singapore"]},
    plan={"enum": ["free", "starter", "standard", "pro", "pro plus", "pro max", "pro ultra"]},
    repo=_TEXT,
    branch=_TEXT,
    rootDir=_TEXT,
    autoDeployTrigger={"enum": ["commit", "checksPass", "off"]},
    buildCommand=_TEXT,
    preDeployCommand=_TEXT,
    startCommand=_TEXT,
    initialDeployHook=_TEXT,
    numInstances={"type": "integer", "minimum": 1, "maximum": 100},
    healthCheckPath=_PATH,
    maxShutdownDelaySeconds={"type": "integer", "minimum": 1, "maximum": 300},
    domains={"type": "array", "items": _TEXT},
    disk=_object(("name", "mountPath"), name=_TEXT, mountPath=_PATH, sizeGB={"type": "integer", "minimum": 1}),
    envVars={"type": "array", "items": _ENV_VAR},
    buildFilter=_object((), paths={"type": "array"}, ignoredPaths={"type": "array"}),
    previews=_object((), generation={"enum": ["off", "manual", "automatic"]}, plan=_TEXT),
) | {
    # A disk belongs to one instance that is paid for.
    "if": {"required": ["disk"]},
    "then": {
        "required": ["plan"],
        "properties": {"plan": {"not": {"const": "free"}}, "numInstances": {"const": 1}},
    },
}

#: Sizes are part of the plans' names. The plans without them are no longer given to new databases.
_DATABASE_PLAN = {
    "anyOf": [{"const": "free"}, {"enum": ["basic-256mb", "basic-1gb", "basic-4gb"]},
              {"type": "string", "pattern": "^(pro|accelerated)-[0-9]+gb$"}],
}

DATABASE = _object(
    ("name",),
    name={"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "maxLength": 63},
    plan=_DATABASE_PLAN,
    region=WEB_SERVICE["properties"]["region"],
    postgresMajorVersion={"enum": ["13", "14", "15", "16", "17", "18"]},
    databaseName={"type": "string", "pattern": "^[a-z_][a-z0-9_]*$", "maxLength": 63},
    user={"type": "string", "pattern": "^[a-z_][a-z0-9_]*$", "maxLength": 63},
    diskSizeGB={"type": "integer", "minimum": 1},
    highAvailability=_object(("enabled",), enabled={"type": "boolean"}),
    readReplicas={"type": "array", "items": _object(("name",), name=_TEXT)},
    ipAllowList={"type": "array", "items": _object(("source",), source=_TEXT, description=_TEXT)},
)

BLUEPRINT = _object(
    ("services",),
    services={"type": "array", "minItems": 1, "items": WEB_SERVICE},
    databases={"type": "array", "items": DATABASE},
)
