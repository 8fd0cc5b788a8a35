-- Back to the triggers of 0002, which know topic tags alone.
DROP TRIGGER statement_errors_delete ON problems_statement;
DROP TRIGGER statement_errors_update ON problems_statement;
DROP TRIGGER statement_errors_insert ON problems_statement;
DROP FUNCTION problems_statements_updated();
DROP FUNCTION problems_statements_deleted();
DROP FUNCTION problems_statements_inserted();
DROP FUNCTION problems_sync_errors(uuid[]);
DROP TRIGGER problem_serving_update ON problems_problem;
DROP FUNCTION problems_terms(uuid, varchar[], jsonb);
DELETE FROM problems_serveterm WHERE kind <> 1;

-- Keeps the serve tables right for edits by the service, the admin and psql alike.
CREATE OR REPLACE FUNCTION problems_sync_serving() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_tenses varchar[];
    v_bucket bigint;
    v_seq bigint;
BEGIN
    IF NEW.status = 'live' THEN
        SELECT array_agg(DISTINCT t ORDER BY t) INTO v_tenses FROM unnest(NEW.tenses_used) t;
        SELECT id INTO v_bucket FROM problems_servebucket
         WHERE grammatical_focus = NEW.grammatical_focus AND level = NEW.level
           AND target_language_code = NEW.target_language_code AND tenses_used = v_tenses;
        IF v_bucket IS NULL THEN
            INSERT INTO problems_servebucket (grammatical_focus, level, target_language_code, tenses_used)
            VALUES (NEW.grammatical_focus, NEW.level, NEW.target_language_code, v_tenses)
            ON CONFLICT (grammatical_focus, level, target_language_code, tenses_used)
            DO UPDATE SET level = excluded.level RETURNING id INTO v_bucket;
        END IF;
        -- The state row is locked before the terms are touched, as in a draw. Its place in the order and
        -- its counter outlive edits and retirement.
        INSERT INTO problems_servestate (problem_id, bucket_id, serve_seq)
        VALUES (NEW.id, v_bucket, -1 - floor(random() * 1e15)::bigint)
        ON CONFLICT (problem_id) DO UPDATE SET bucket_id = excluded.bucket_id
        RETURNING serve_seq INTO v_seq;
    ELSE
        UPDATE problems_servestate SET bucket_id = NULL WHERE problem_id = NEW.id;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM problems_serveterm WHERE problem_id = NEW.id;
    END IF;
    IF NEW.status = 'live' THEN
        INSERT INTO problems_serveterm (problem_id, kind, term, bucket_id, serve_seq)
        SELECT DISTINCT NEW.id, 1, tag, v_bucket, v_seq FROM unnest(NEW.topic_tags) tag WHERE tag IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER problem_serving_update
    AFTER UPDATE OF status, grammatical_focus, tenses_used, topic_tags, target_language_code, level ON problems_problem
    FOR EACH ROW WHEN (
        (OLD.status, OLD.grammatical_focus, OLD.tenses_used, OLD.topic_tags, OLD.target_language_code, OLD.level)
        IS DISTINCT FROM
        (NEW.status, NEW.grammatical_focus, NEW.tenses_used, NEW.topic_tags, NEW.target_language_code, NEW.level)
    ) EXECUTE FUNCTION problems_sync_serving();

DROP FUNCTION problems_verb(jsonb);
