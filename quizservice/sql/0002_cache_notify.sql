-- Tells every process that a table changed (quizservice/listening.py), when the change commits.
-- Arguments: columns that are written all the time and that no cache depends on.
--
-- An update is compared row by row instead of naming the watched columns in the trigger: so a new column is
-- watched by itself, no later migration of a column trips over the trigger, and an update that changes
-- nothing empties no cache.
CREATE FUNCTION cache_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unwatched text[] := coalesce(TG_ARGV, '{}');  -- null without arguments
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM FROM (
            SELECT to_jsonb(o) - unwatched FROM old_rows o
            EXCEPT
            SELECT to_jsonb(n) - unwatched FROM new_rows n
        ) AS changed;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM pg_notify('cache_changed', TG_TABLE_NAME);
    RETURN NULL;
END
$$;

-- Watches a table: the statement triggers, all but the columns that are named.
CREATE PROCEDURE cache_watch(p_table regclass, VARIADIC p_unwatched text[] DEFAULT '{}')
LANGUAGE plpgsql AS $$
DECLARE
    arguments text := (SELECT coalesce(string_agg(quote_literal(name), ', '), '')
                       FROM unnest(p_unwatched) AS name);
BEGIN
    EXECUTE format(
        'CREATE TRIGGER cache_rows AFTER INSERT OR DELETE OR TRUNCATE ON %s'
        ' FOR EACH STATEMENT EXECUTE FUNCTION cache_changed()', p_table);
    EXECUTE format(
        'CREATE TRIGGER cache_values AFTER UPDATE ON %s'
        ' REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'
        ' FOR EACH STATEMENT EXECUTE FUNCTION cache_changed(%s)', p_table, arguments);
END
$$;

CREATE PROCEDURE cache_unwatch(p_table regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER cache_rows ON %s', p_table);
    EXECUTE format('DROP TRIGGER cache_values ON %s', p_table);
END
$$;
