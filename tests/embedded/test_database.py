"""The test database is the real one, with the rights the portal has in production."""

import pytest
from django.db import DatabaseError, connection, transaction


@pytest.mark.django_db
def test_database_knows_chinese_letters() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT '养老' ~ '^\\w+$', upper('é'), current_database()")
        letters, upper, name = cursor.fetchone()
    assert letters
    assert upper == "É"
    assert name.startswith("test_portal_")


@pytest.mark.django_db
def test_app_role_reads_and_writes_but_owns_nothing(app_role: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('probe', 'probe')")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("ALTER TABLE django_content_type ADD COLUMN extra int")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("TRUNCATE django_content_type CASCADE")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("portal_app",)
