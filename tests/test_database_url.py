"""PostgreSQL connection URIs: accepted as libpq reads them, refused in words, and never shown with their passwords."""

from __future__ import annotations

import re

import pytest
from psycopg.conninfo import conninfo_to_dict

from for_each import for_each
from tener_interview.database_url import database_url

#: URL, and what is shown of it.
GOOD = [
    ("postgresql://tener:hunter2@db.example:5432/interviews", "postgresql://tener:***@db.example:5432/interviews"),
    ("postgres://tener:hunter2@db.example/interviews", "postgresql://tener:***@db.example/interviews"),
    ("postgresql://tener:hun:ter2#$&=+,;@db/interviews", "postgresql://tener:***@db/interviews"),
    ("postgresql://tener:hunter2%40%2F%3F%25@db/interviews", "postgresql://tener:***@db/interviews"),
    ("postgresql://tener@db/interviews?password=hunter2&sslmode=require",
     "postgresql://tener@db/interviews?password=***&sslmode=require"),
    ("postgresql://db/interviews?sslkey=%2Fk.pem&sslpassword=hunter2&sslrootcert=system",
     "postgresql://db/interviews?sslkey=%2Fk.pem&sslpassword=***&sslrootcert=system"),
    ("postgresql://u:hunter2@a:5432,b:5433/db?target_session_attrs=read-write&application_name=tener%20two",
     "postgresql://u:***@a:5432,b:5433/db?target_session_attrs=read-write&application_name=tener%20two"),
    ("postgresql://u@[2001:db8::7]:5432,[::1]/db", "postgresql://u@[2001:db8::7]:5432,[::1]/db"),
    ("postgresql://u@%2Fvar%2Frun%2Fpostgresql/db", "postgresql://u@%2Fvar%2Frun%2Fpostgresql/db"),
    ("postgresql:///db?host=%2Ftmp&connect_timeout=3", "postgresql:///db?host=%2Ftmp&connect_timeout=3"),
    ("postgresql://h?dbname=db", "postgresql://h?dbname=db"),
    ("postgresql://?service=interviews", "postgresql://?service=interviews"),
]

#: What libpq would refuse while it shows a part of a password, would understand in another way, or cannot read.
NO_DATABASE_URLS = [
    "db.example/interviews", "http://h/db", "postgresql:h/db", "postgresql+psycopg://h/db", "sqlite:///x.sqlite3",
    "host=h dbname=db", "postgresql://h", "postgresql://h/", "postgresql://u:p@h:5432", "postgresql://u:p@h/a/b",
    "postgresql://h:0/db", "postgresql://h:65536/db", "postgresql://h:x/db", "postgresql://h:/db", "postgresql://::1/db",
    "postgresql://[::1/db", "postgresql://[name]/db", "postgresql://a b/db", "postgresql://h/d\u00e9", "postgresql://h/%zz",
    "postgresql://h/%00", "postgresql://u:p%@h/db", "postgresql://u:QX@XQ@h/db", "postgresql://u:QX/XQ@h/db",
    "postgresql://u:QX?XQ@h/db", "postgresql://u:QX?XQ=xq@h/db", "postgresql://h/db?sslmode",
    "postgresql://h/db?sslmode=a=b", "postgresql://h/db?SSL=1", "postgresql://h/db?sslmode=a&sslmode=b",
    "postgresql://h/db?host=a@b", "postgresql://h;x/db", "postgresql://h,k:99999/db",
]


@for_each(("url", "shown"), GOOD)
def test_a_database_url_is_parsed_like_libpq_and_shown_without_password(url: str, shown: str) -> None:
    accepted = database_url(url)
    understood = conninfo_to_dict(accepted.conninfo)
    assert f"{accepted}" == shown
    assert "hunter2" not in f"{accepted} {accepted!r}"
    assert accepted.has_password == ("password" in understood)
    hidden = {"password": "***", "sslpassword": "***"}
    assert conninfo_to_dict(shown) == {name: hidden.get(name, value) for name, value in understood.items()}


@for_each("url", NO_DATABASE_URLS)
def test_a_malformed_database_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"^must be postgresql://user:password@host:5432/database[;,]") as refused:
        database_url(url)
    assert not re.search("QX|XQ", str(refused.value))
