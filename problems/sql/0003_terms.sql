-- The serve tables know verbs and error types too, and cells: problems of one focus, level and language.

DROP TRIGGER problem_serving_update ON problems_problem;

-- The correct sentence's verb, as dictionaries cite it; NULL when the metadata do not say.
CREATE FUNCTION problems_verb(p_metadata jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(p_metadata -> 'verb_infinitives') = 'array'
                 AND jsonb_typeof(p_metadata #> '{verb_infinitives,0}') = 'string'
                 AND length(p_metadata #>> '{verb_infinitives,0}') BETWEEN 1 AND 100
           THEN p_metadata #>> '{verb_infinitives,0}' END
$$;

-- The terms that a problem is found by: kind 1 its topic tags, 2 its verb, 3 the error types of its wrong
-- statements. What is no term (a verb that is no text, or endless) is left out: it must not break an insert.
CREATE FUNCTION problems_terms(p_id uuid, p_tags varchar[], p_metadata jsonb)
RETURNS TABLE (kind smallint, term text) LANGUAGE sql STABLE AS $$
    SELECT 1::smallint, tag FROM unnest(p_tags) tag WHERE tag IS NOT NULL
    UNION
    SELECT 2::smallint, problems_verb(p_metadata) WHERE problems_verb(p_metadata) IS NOT NULL
    UNION
    SELECT 3::smallint, error_type FROM problems_statement
     WHERE problem_id = p_id AND NOT is_correct AND error_type IS NOT NULL
$$;

-- Keeps the serve tables right for edits of problems by the service, the admin and psql alike.
CREATE OR REPLACE FUNCTION problems_sync_serving() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_tenses varchar[];
    v_cell integer;
    v_bucket bigint;
    v_seq bigint;
BEGIN
    IF NEW.status = 'live' THEN
        SELECT id INTO v_cell FROM problems_servecell
         WHERE grammatical_focus = NEW.grammatical_focus AND level = NEW.level
           AND target_language_code = NEW.target_language_code;
        IF v_cell IS NULL THEN
            INSERT INTO problems_servecell (grammatical_focus, level, target_language_code)
            VALUES (NEW.grammatical_focus, NEW.level, NEW.target_language_code)
            ON CONFLICT (grammatical_focus, level, target_language_code)
            DO UPDATE SET level = excluded.level RETURNING id INTO v_cell;
        END IF;
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
        INSERT INTO problems_servestate (problem_id, cell_id, bucket_id, serve_seq)
        VALUES (NEW.id, v_cell, v_bucket, -1 - floor(random() * 1e15)::bigint)
        ON CONFLICT (problem_id) DO UPDATE SET cell_id = excluded.cell_id, bucket_id = excluded.bucket_id
        RETURNING serve_seq INTO v_seq;
    ELSE
        UPDATE problems_servestate SET cell_id = NULL, bucket_id = NULL WHERE problem_id = NEW.id;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM problems_serveterm WHERE problem_id = NEW.id;
    END IF;
    IF NEW.status = 'live' THEN
        INSERT INTO problems_serveterm (problem_id, kind, term, cell_id, bucket_id, serve_seq)
        SELECT NEW.id, kind, term, v_cell, v_bucket, v_seq
          FROM problems_terms(NEW.id, NEW.topic_tags, NEW.metadata);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER problem_serving_update
    AFTER UPDATE OF status, grammatical_focus, tenses_used, topic_tags, target_language_code, level, metadata
    ON problems_problem
    FOR EACH ROW WHEN (
        (OLD.status, OLD.grammatical_focus, OLD.tenses_used, OLD.topic_tags, OLD.target_language_code, OLD.level,
         problems_verb(OLD.metadata))
        IS DISTINCT FROM
        (NEW.status, NEW.grammatical_focus, NEW.tenses_used, NEW.topic_tags, NEW.target_language_code, NEW.level,
         problems_verb(NEW.metadata))
    ) EXECUTE FUNCTION problems_sync_serving();

-- Brings the error types of live problems in line with their statements. The problem is locked first, as an
-- edit does it, so that a statement and its problem's publication see each other; then the state, as a draw
-- does it.
CREATE FUNCTION problems_sync_errors(p_ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM problems_problem WHERE id = ANY (p_ids) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM problems_servestate WHERE problem_id = ANY (p_ids) ORDER BY problem_id FOR NO KEY UPDATE;
    DELETE FROM problems_serveterm t
     WHERE problem_id = ANY (p_ids) AND kind = 3 AND NOT EXISTS (
        SELECT 1 FROM problems_statement s
         WHERE s.problem_id = t.problem_id AND NOT s.is_correct AND s.error_type = t.term);
    INSERT INTO problems_serveterm (problem_id, kind, term, cell_id, bucket_id, serve_seq)
    SELECT DISTINCT problem_id, 3::smallint, s.error_type, state.cell_id, state.bucket_id, state.serve_seq
      FROM problems_statement s JOIN problems_servestate state USING (problem_id)
     WHERE problem_id = ANY (p_ids) AND state.bucket_id IS NOT NULL
       AND NOT s.is_correct AND s.error_type IS NOT NULL
        ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION problems_statements_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM problems_sync_errors(array_agg(DISTINCT problem_id)) FROM added;
    RETURN NULL;
END $$;

CREATE FUNCTION problems_statements_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM problems_sync_errors(array_agg(DISTINCT problem_id)) FROM gone;
    RETURN NULL;
END $$;

CREATE FUNCTION problems_statements_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[] := (
        SELECT array_agg(DISTINCT problem_id) FROM (
            (SELECT problem_id, id, error_type, is_correct FROM gone
             EXCEPT SELECT problem_id, id, error_type, is_correct FROM added)
            UNION ALL
            (SELECT problem_id, id, error_type, is_correct FROM added
             EXCEPT SELECT problem_id, id, error_type, is_correct FROM gone)) changed);
BEGIN
    IF v_ids IS NOT NULL THEN
        PERFORM problems_sync_errors(v_ids);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER statement_errors_insert AFTER INSERT ON problems_statement
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION problems_statements_inserted();
CREATE TRIGGER statement_errors_update AFTER UPDATE ON problems_statement
    REFERENCING OLD TABLE AS gone NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION problems_statements_updated();
CREATE TRIGGER statement_errors_delete AFTER DELETE ON problems_statement
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION problems_statements_deleted();

-- Problems that are live already.
INSERT INTO problems_servecell (grammatical_focus, level, target_language_code)
SELECT DISTINCT grammatical_focus, level, target_language_code FROM problems_servebucket;
UPDATE problems_servestate state SET cell_id = cell.id
  FROM problems_servebucket b JOIN problems_servecell cell USING (grammatical_focus, level, target_language_code)
 WHERE b.id = state.bucket_id;
UPDATE problems_serveterm t SET cell_id = state.cell_id
  FROM problems_servestate state WHERE state.problem_id = t.problem_id;
INSERT INTO problems_serveterm (problem_id, kind, term, cell_id, bucket_id, serve_seq)
SELECT state.problem_id, t.kind, t.term, state.cell_id, state.bucket_id, state.serve_seq
  FROM problems_servestate state JOIN problems_problem p ON p.id = state.problem_id,
       LATERAL problems_terms(p.id, p.topic_tags, p.metadata) t
 WHERE state.bucket_id IS NOT NULL AND t.kind <> 1;
SET CONSTRAINTS ALL IMMEDIATE;
