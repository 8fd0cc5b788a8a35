"""The statements that every item needs, as text.

Django would take longer to write them than PostgreSQL to execute them: a third of a worker's time.
"""

from __future__ import annotations

#: Takes an item that is free, or whose worker has lost it; returns the row if it was.
CLAIM = """
    UPDATE generation_generationitem
       SET state = 'processing',
           attempt = attempt + 1,
           lease_until = statement_timestamp() + %(lease)s,
           started_at = coalesce(started_at, statement_timestamp())
     WHERE id = %(id)s
       AND (state IN ('waiting', 'published') AND coalesce(not_before <= statement_timestamp(), true)
            OR state = 'processing' AND lease_until < statement_timestamp()
               AND attempt < earlier_attempts + %(attempts)s)
       AND EXISTS (SELECT FROM generation_generationrequest request
                    WHERE request.id = request_id AND request.status IN ('pending', 'processing')
                      AND NOT EXISTS (SELECT FROM generation_pause
                                       WHERE generator IN ('', request.generator)))
    RETURNING *
"""

_IS_LAST = """(status IN ('pending', 'processing')
                AND generated_count + failed_count + rejected_count + 1 >= requested_count)"""

#: Counts the end of an item, and ends its request with the last one.
COUNT_END = f"""
    UPDATE generation_generationrequest
       SET generated_count = generated_count + %(generated)s,
           failed_count = failed_count + %(failed)s,
           rejected_count = rejected_count + %(rejected)s,
           status = CASE WHEN NOT {_IS_LAST} THEN status
                         WHEN generated_count + %(generated)s = requested_count THEN 'completed'
                         WHEN generated_count + %(generated)s = 0 THEN 'failed'
                         ELSE 'partial' END,
           completed_at = CASE WHEN {_IS_LAST} THEN statement_timestamp() ELSE completed_at END
     WHERE id = %(id)s
"""  # noqa: S608  made of constants
