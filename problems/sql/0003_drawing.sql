-- Drawing by verb and error type too, and several problems in one statement.
-- problems/pool.py says what a draw guarantees.

DROP TRIGGER problem_serving_update ON problems_problem;
DROP FUNCTION problems_any_match(text[], text[], text[], text[], text[]);
DROP FUNCTION problems_draw(text[], text[], text[], text[], text[]);
DROP FUNCTION problems_claim(uuid, bigint);

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
        INSERT INTO problems_servestate
            (problem_id, bucket_id, grammatical_focus, level, target_language_code, serve_seq)
        VALUES (NEW.id, v_bucket, NEW.grammatical_focus, NEW.level, NEW.target_language_code,
                -1 - floor(random() * 1e15)::bigint)
        ON CONFLICT (problem_id) DO UPDATE
            SET bucket_id = excluded.bucket_id, grammatical_focus = excluded.grammatical_focus,
                level = excluded.level, target_language_code = excluded.target_language_code
        RETURNING serve_seq INTO v_seq;
    ELSE
        UPDATE problems_servestate SET bucket_id = NULL WHERE problem_id = NEW.id;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM problems_serveterm WHERE problem_id = NEW.id;
    END IF;
    IF NEW.status = 'live' THEN
        INSERT INTO problems_serveterm (problem_id, kind, term, bucket_id, serve_seq)
        SELECT NEW.id, kind, term, v_bucket, v_seq
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
    INSERT INTO problems_serveterm (problem_id, kind, term, bucket_id, serve_seq)
    SELECT DISTINCT problem_id, 3::smallint, s.error_type, state.bucket_id, state.serve_seq
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

-- Problems that were live before, and those that were.
UPDATE problems_servestate state
   SET grammatical_focus = p.grammatical_focus, level = p.level, target_language_code = p.target_language_code
  FROM problems_problem p WHERE p.id = state.problem_id;
INSERT INTO problems_serveterm (problem_id, kind, term, bucket_id, serve_seq)
SELECT state.problem_id, t.kind, t.term, state.bucket_id, state.serve_seq
  FROM problems_servestate state JOIN problems_problem p ON p.id = state.problem_id,
       LATERAL problems_terms(p.id, p.topic_tags, p.metadata) t
 WHERE state.bucket_id IS NOT NULL AND t.kind <> 1;

-- Locks and marks exactly the versions of the rows that were ranked, and returns those in the given order.
-- The others somebody else holds or has served since. (After a lock race PostgreSQL rechecks WHERE, not ORDER
-- BY: so the rank is in WHERE.)
CREATE FUNCTION problems_claim(p_ids uuid[], p_seqs bigint[]) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[];
    v_seqs bigint[];
BEGIN
    WITH held AS MATERIALIZED (
        SELECT s.problem_id FROM unnest(p_ids, p_seqs) ranked (id, seq)
          JOIN problems_servestate s ON s.problem_id = ranked.id
         WHERE s.serve_seq = ranked.seq AND s.bucket_id IS NOT NULL FOR NO KEY UPDATE OF s SKIP LOCKED
    ), marked AS (
        UPDATE problems_servestate s SET serve_seq = nextval('problems_serve_counter'),
               last_served_at = clock_timestamp(), served_count = served_count + 1
          FROM held WHERE s.problem_id = held.problem_id
        RETURNING s.problem_id, s.serve_seq
    )
    SELECT array_agg(problem_id), array_agg(serve_seq) INTO v_ids, v_seqs FROM (
        SELECT problem_id, serve_seq FROM marked ORDER BY array_position(p_ids, problem_id)) in_order;
    -- A statement of its own, so that it sees the terms that an edit wrote before the lock was had.
    IF v_ids IS NOT NULL THEN
        UPDATE problems_serveterm t SET serve_seq = marked.seq
          FROM unnest(v_ids, v_seqs) marked (id, seq) WHERE t.problem_id = marked.id;
    END IF;
    RETURN v_ids;
END $$;

-- The p_depth stalest problems that match filters without a term, stalest first; nulls when none matches.
CREATE FUNCTION problems_stalest_of_all(
    p_focuses text[], p_tenses text[], p_languages text[], p_levels text[], p_depth integer,
    OUT ids uuid[], OUT seqs bigint[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_filters integer := num_nonnulls(p_focuses, p_tenses, p_languages, p_levels);
BEGIN
    IF v_filters = 0 THEN
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT problem_id, serve_seq FROM problems_servestate
             WHERE bucket_id IS NOT NULL ORDER BY serve_seq LIMIT p_depth) q;
    ELSIF v_filters = 1 AND p_focuses IS NOT NULL THEN  -- one index holds each value's stalest in order
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT s.problem_id, s.serve_seq FROM unnest(p_focuses) wanted, LATERAL (
                SELECT problem_id, serve_seq FROM problems_servestate
                 WHERE bucket_id IS NOT NULL AND grammatical_focus = wanted ORDER BY serve_seq LIMIT p_depth) s
             ORDER BY s.serve_seq LIMIT p_depth) q;
    ELSIF v_filters = 1 AND p_levels IS NOT NULL THEN
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT s.problem_id, s.serve_seq FROM unnest(p_levels) wanted, LATERAL (
                SELECT problem_id, serve_seq FROM problems_servestate
                 WHERE bucket_id IS NOT NULL AND level = wanted ORDER BY serve_seq LIMIT p_depth) s
             ORDER BY s.serve_seq LIMIT p_depth) q;
    ELSIF v_filters = 1 AND p_languages IS NOT NULL THEN
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT s.problem_id, s.serve_seq FROM unnest(p_languages) wanted, LATERAL (
                SELECT problem_id, serve_seq FROM problems_servestate
                 WHERE bucket_id IS NOT NULL AND target_language_code = wanted
                 ORDER BY serve_seq LIMIT p_depth) s
             ORDER BY s.serve_seq LIMIT p_depth) q;
    ELSE  -- of many buckets only those with the p_depth stalest heads can hold them: so the heads come first
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT s.problem_id, s.serve_seq FROM (
                SELECT b, head.serve_seq
                  FROM unnest(problems_buckets(p_focuses, p_tenses, p_languages, p_levels)) b, LATERAL (
                    SELECT serve_seq FROM problems_servestate
                     WHERE bucket_id = b ORDER BY serve_seq LIMIT 1) head
                 ORDER BY head.serve_seq LIMIT p_depth) heads, LATERAL (
                SELECT problem_id, serve_seq FROM problems_servestate
                 WHERE bucket_id = heads.b ORDER BY serve_seq LIMIT p_depth) s
             ORDER BY s.serve_seq LIMIT p_depth) q;
    END IF;
END $$;

-- The same among the problems that have any of p_terms; p_buckets: NULL for all.
CREATE FUNCTION problems_stalest_of_terms(
    p_kind smallint, p_terms text[], p_buckets bigint[], p_depth integer, OUT ids uuid[], OUT seqs bigint[]
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- A filter that picks many buckets often finds enough among the stalest of a term; if it does, they are
    -- the right ones.
    IF cardinality(p_buckets) > 100 AND cardinality(p_terms) = 1 THEN
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT problem_id, serve_seq FROM (
                SELECT problem_id, serve_seq, bucket_id FROM problems_serveterm
                 WHERE kind = p_kind AND term = p_terms[1] ORDER BY serve_seq LIMIT p_depth * 8) stalest
             WHERE bucket_id IN (SELECT unnest(p_buckets)) ORDER BY serve_seq LIMIT p_depth) q;
        IF cardinality(ids) = p_depth THEN
            RETURN;
        END IF;
    END IF;
    IF p_buckets IS NULL THEN  -- DISTINCT: a problem may have several of the terms
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT DISTINCT t.serve_seq, t.problem_id FROM unnest(p_terms) wanted, LATERAL (
                SELECT problem_id, serve_seq FROM problems_serveterm
                 WHERE kind = p_kind AND term = wanted ORDER BY serve_seq LIMIT p_depth) t
             ORDER BY t.serve_seq LIMIT p_depth) q;
    ELSE  -- one problem can head a bucket once a term: hence that many more heads
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT DISTINCT t.serve_seq, t.problem_id FROM (
                SELECT wanted, b, head.serve_seq FROM unnest(p_terms) wanted, unnest(p_buckets) b, LATERAL (
                    SELECT serve_seq FROM problems_serveterm
                     WHERE kind = p_kind AND term = wanted AND bucket_id = b ORDER BY serve_seq LIMIT 1) head
                 ORDER BY head.serve_seq LIMIT p_depth * cardinality(p_terms)) heads, LATERAL (
                SELECT problem_id, serve_seq FROM problems_serveterm
                 WHERE kind = p_kind AND term = heads.wanted AND bucket_id = heads.b
                 ORDER BY serve_seq LIMIT p_depth) t
             ORDER BY t.serve_seq LIMIT p_depth) q;
    END IF;
END $$;

-- The same among the problems that have one of the terms of each kind that is given, two kinds or three. The
-- stalest of each kind are read, a few first and then ever more, until enough of them match or one kind has no
-- more: so the rarest kind bounds what is read.
CREATE FUNCTION problems_stalest_of_kinds(
    p_tags text[], p_verbs text[], p_errors text[], p_buckets bigint[], p_depth integer,
    OUT ids uuid[], OUT seqs bigint[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_read integer;
    v_kind smallint;
    v_terms text[];
    v_window integer := p_depth * 16;
BEGIN
    LOOP
        FOREACH v_kind IN ARRAY ARRAY[2, 1, 3] LOOP
            v_terms := CASE v_kind WHEN 1 THEN p_tags WHEN 2 THEN p_verbs ELSE p_errors END;
            CONTINUE WHEN v_terms IS NULL;
            WITH stalest AS MATERIALIZED (
                SELECT DISTINCT t.serve_seq, t.problem_id, t.bucket_id FROM unnest(v_terms) wanted, LATERAL (
                    SELECT problem_id, serve_seq, bucket_id FROM problems_serveterm
                     WHERE kind = v_kind AND term = wanted ORDER BY serve_seq LIMIT v_window) t
                 ORDER BY t.serve_seq LIMIT v_window
            ), fitting AS (  -- terms of one problem share its serve_seq: that is where the others are looked up
                SELECT problem_id, serve_seq FROM stalest
                 WHERE (p_buckets IS NULL OR bucket_id IN (SELECT unnest(p_buckets)))
                   AND (v_kind = 2 OR p_verbs IS NULL OR problem_id = ANY (ARRAY(
                        SELECT t.problem_id FROM problems_serveterm t
                         WHERE t.kind = 2 AND t.term = ANY (p_verbs) AND t.serve_seq = stalest.serve_seq)))
                   AND (v_kind = 1 OR p_tags IS NULL OR problem_id = ANY (ARRAY(
                        SELECT t.problem_id FROM problems_serveterm t
                         WHERE t.kind = 1 AND t.term = ANY (p_tags) AND t.serve_seq = stalest.serve_seq)))
                   AND (v_kind = 3 OR p_errors IS NULL OR problem_id = ANY (ARRAY(
                        SELECT t.problem_id FROM problems_serveterm t
                         WHERE t.kind = 3 AND t.term = ANY (p_errors) AND t.serve_seq = stalest.serve_seq)))
                 ORDER BY serve_seq LIMIT p_depth
            )
            SELECT (SELECT count(*) FROM stalest), array_agg(problem_id), array_agg(serve_seq)
              INTO v_read, ids, seqs FROM fitting;
            IF cardinality(ids) = p_depth OR v_read < v_window THEN
                RETURN;
            END IF;
        END LOOP;
        v_window := v_window * 4;
    END LOOP;
END $$;

-- The p_depth stalest problems that match, stalest first; nulls when none matches.
CREATE FUNCTION problems_stalest(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[], p_verbs text[],
    p_errors text[], p_depth integer, OUT ids uuid[], OUT seqs bigint[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_kinds integer := num_nonnulls(p_tags, p_verbs, p_errors);
    v_buckets bigint[];
    v_found record;
BEGIN
    IF v_kinds > 0 AND num_nonnulls(p_focuses, p_tenses, p_languages, p_levels) > 0 THEN
        v_buckets := problems_buckets(p_focuses, p_tenses, p_languages, p_levels);
        IF v_buckets IS NULL THEN
            RETURN;
        END IF;
    END IF;
    v_found := CASE
        WHEN v_kinds = 0 THEN problems_stalest_of_all(p_focuses, p_tenses, p_languages, p_levels, p_depth)
        WHEN v_kinds > 1 THEN problems_stalest_of_kinds(p_tags, p_verbs, p_errors, v_buckets, p_depth)
        WHEN p_tags IS NOT NULL THEN problems_stalest_of_terms(1::smallint, p_tags, v_buckets, p_depth)
        WHEN p_verbs IS NOT NULL THEN problems_stalest_of_terms(2::smallint, p_verbs, v_buckets, p_depth)
        ELSE problems_stalest_of_terms(3::smallint, p_errors, v_buckets, p_depth)
    END;
    ids := v_found.ids;
    seqs := v_found.seqs;
END $$;

-- Draws the next problems, up to p_count different ones in serving order, and marks them as served. NULL
-- arguments: no filter; equal filters must be equal arguments (sorted, without duplicates).
CREATE FUNCTION problems_draw(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[], p_verbs text[],
    p_errors text[], p_count integer
) RETURNS SETOF uuid LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET lock_timeout = '1s' AS $$
DECLARE
    v_filters jsonb := jsonb_build_object('grammatical_focus', p_focuses, 'tenses_used', p_tenses,
        'topic_tags', p_tags, 'target_language_code', p_languages, 'level', p_levels, 'verb', p_verbs,
        'error_type', p_errors);
    v_key text := encode(sha256(convert_to(v_filters::text, 'UTF8')), 'hex');
    v_deadline timestamptz := clock_timestamp() + interval '2 seconds';
    v_attempts integer := 0;
    v_stalest record;
    v_ids uuid[];       -- the stalest that match, in order
    v_seqs bigint[];
    v_drawn uuid[];     -- the answer so far
    v_try_ids uuid[];   -- the eligible ones in the order in which they are tried
    v_try_seqs bigint[];
    v_missing integer;
    v_start bigint;
    v_depth integer;
    v_eligible integer;
    v_window integer;
    v_new_cycle boolean;
BEGIN
    LOOP
        -- One attempt is one subtransaction. A row lock that was taken too late, on a row that somebody else
        -- has just served, would else be kept while this caller goes on looking, and several such callers
        -- block each other: so what comes to nothing is rolled back before the next attempt.
        BEGIN
            v_depth := 7 + p_count;
            v_drawn := '{}';
            v_new_cycle := false;
            -- Where few match and many draw, skipping what is locked would starve some callers: after some
            -- attempts they queue for the stalest, in the order in which they came, and rank again with it.
            IF v_attempts > 4 THEN
                PERFORM 1 FROM problems_servestate WHERE problem_id = v_ids[1] FOR NO KEY UPDATE;
            END IF;
            LOOP
                SELECT start_seq INTO v_start FROM problems_servecycle WHERE filter_key = v_key;
                v_stalest := problems_stalest(
                    p_focuses, p_tenses, p_tags, p_languages, p_levels, p_verbs, p_errors, v_depth);
                v_ids := v_stalest.ids;
                v_seqs := v_stalest.seqs;
                IF v_ids IS NULL THEN
                    EXIT;
                END IF;

                IF v_start IS NULL THEN  -- first use of this combination of filters: its first cycle begins
                    INSERT INTO problems_servecycle (filter_key, filters, start_seq)
                    VALUES (v_key, v_filters, nextval('problems_serve_counter'))
                    ON CONFLICT (filter_key) DO NOTHING;
                    IF random() < 0.001 THEN  -- now and then, so that the table stays bounded
                        PERFORM problems_forget_cycles(10000);
                    END IF;
                    CONTINUE;
                END IF;

                v_eligible := width_bucket(v_start - 1, v_seqs);  -- v_seqs ascends: how many are below v_start
                v_window := CASE
                    WHEN v_seqs[1] < 0 THEN width_bucket(-1::bigint, v_seqs)
                    WHEN cardinality(v_ids) < v_depth THEN (v_eligible + 1) / 2  -- few match: the older half
                    ELSE least(v_eligible, v_depth - 1)  -- never the most recent of those fetched
                END;
                -- weight 1/rank inside the window, the others after it
                SELECT array_agg(v_ids[k]), array_agg(v_seqs[k]) INTO v_try_ids, v_try_seqs FROM (
                    SELECT k FROM generate_series(1, v_eligible) k WHERE v_ids[k] <> ALL (v_drawn)
                     ORDER BY k > v_window, -ln(1 - random()) * k) tries;
                WHILE cardinality(v_try_ids) > 0 LOOP
                    v_missing := p_count - cardinality(v_drawn);
                    v_drawn := v_drawn || problems_claim(v_try_ids[:v_missing], v_try_seqs[:v_missing]);
                    EXIT WHEN cardinality(v_drawn) = p_count;
                    v_try_ids := v_try_ids[v_missing + 1:];
                    v_try_seqs := v_try_seqs[v_missing + 1:];
                END LOOP;
                EXIT WHEN cardinality(v_drawn) = p_count;
                IF v_eligible = v_depth THEN  -- all of them are taken: look deeper
                    v_depth := v_depth * 4;
                    CONTINUE;
                END IF;
                -- All that match are in the answer: fewer match than were asked for.
                EXIT WHEN cardinality(v_ids) < v_depth AND v_ids <@ v_drawn;

                -- Every matching problem has been, or is being, served in this cycle. One caller begins the
                -- next one; others come back when that is visible.
                IF v_new_cycle THEN
                    RAISE lock_not_available;
                END IF;
                PERFORM 1 FROM problems_servecycle WHERE filter_key = v_key AND start_seq = v_start
                    FOR NO KEY UPDATE SKIP LOCKED;
                IF NOT FOUND THEN
                    RAISE lock_not_available;
                END IF;
                UPDATE problems_servecycle SET start_seq = nextval('problems_serve_counter')
                 WHERE filter_key = v_key;
                v_new_cycle := true;
            END LOOP;
            RETURN QUERY SELECT unnest(v_drawn);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            -- Should an edit hold all that match for long: an answer that is not counted is better than none.
            IF clock_timestamp() > v_deadline THEN
                RETURN QUERY SELECT unnest(v_ids[:p_count]);
                RETURN;
            END IF;
            v_attempts := v_attempts + 1;
        END;
        PERFORM pg_sleep(0.0003 + random() * 0.001);
        BEGIN  -- until the caller that begins the next cycle is through; the lock itself is given back at once
            PERFORM 1 FROM problems_servecycle WHERE filter_key = v_key FOR SHARE;
            RAISE lock_not_available;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
END $$;

-- Whether any live problem matches.
CREATE FUNCTION problems_any_match(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[], p_verbs text[],
    p_errors text[]
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (problems_stalest(p_focuses, p_tenses, p_tags, p_languages, p_levels, p_verbs, p_errors, 1)).ids
           IS NOT NULL
$$;
