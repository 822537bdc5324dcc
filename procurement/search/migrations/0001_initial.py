from django.db import migrations

from procurement.search.words import SEPARATORS

#: Every pair of neighbouring word characters, and alone what a blank, a mark or the end follows; immutable, so that a
#: stored generated column may hold it. Written without a word of the locale: the same on every server.
FUNCTION = f"""
create function zh_bigrams(t text) returns tsvector language sql immutable strict parallel safe as $zh$
  select coalesce(array_to_tsvector(array_agg(distinct word)), ''::tsvector)
  from (
    select case when following is null or following ~ '[{SEPARATORS}]' then a else a || following end as word
    from (
      select a, lead(a) over (order by place) as following
      from unnest(string_to_array(t, null)) with ordinality as parts(a, place)
    ) as neighbours
    where a !~ '[{SEPARATORS}]'
  ) as words
$zh$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FUNCTION.replace("\x01", "\\u0001"), "drop function zh_bigrams(text)")]
