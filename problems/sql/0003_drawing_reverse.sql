-- Back to the functions of 0002, which draw by tags alone.
DROP FUNCTION problems_any_match(text[], text[], text[], text[], text[], text[], text[]);
DROP FUNCTION problems_draw(text[], text[], text[], text[], text[], text[], text[], integer);
DROP FUNCTION problems_stalest(text[], text[], text[], text[], text[], text[], text[], integer);
DROP FUNCTION problems_stalest_of_kinds(text[], text[], text[], integer[], bigint[], integer);
DROP FUNCTION problems_stalest_of_terms(smallint, text[], integer[], bigint[], integer);
DROP FUNCTION problems_stalest_of_all(integer[], bigint[], integer);
DROP FUNCTION problems_cells(text[], text[], text[]);
DROP FUNCTION problems_claim(uuid[], bigint[]);

-- Locks and marks exactly the version of a row that was ranked. False: somebody else holds it or has
-- served it since. (After a lock race PostgreSQL rechecks WHERE, not ORDER BY: so the rank is in WHERE.)
CREATE FUNCTION problems_claim(p_id uuid, p_seq bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_next bigint;
BEGIN
    PERFORM 1 FROM problems_servestate
      WHERE problem_id = p_id AND serve_seq = p_seq AND bucket_id IS NOT NULL
        FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    v_next := nextval('problems_serve_counter');
    UPDATE problems_servestate
       SET serve_seq = v_next, last_served_at = clock_timestamp(), served_count = served_count + 1
     WHERE problem_id = p_id;
    UPDATE problems_serveterm SET serve_seq = v_next WHERE problem_id = p_id;
    RETURN true;
END $$;

-- The buckets that the filters pick (NULL: no filter), empty ones included; NULL when there is none.
CREATE OR REPLACE FUNCTION problems_buckets(p_focuses text[], p_tenses text[], p_languages text[], p_levels text[])
RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT array_agg(id) FROM problems_servebucket
             WHERE (p_focuses IS NULL OR grammatical_focus = ANY (p_focuses))
               AND (p_tenses IS NULL OR tenses_used && p_tenses::varchar[])
               AND (p_languages IS NULL OR target_language_code = ANY (p_languages))
               AND (p_levels IS NULL OR level = ANY (p_levels)));
END $$;

-- Draws the next problem and marks it as served. NULL arguments: no filter; equal filters must be equal
-- arguments (sorted, without duplicates). NULL result: nothing matches.
CREATE FUNCTION problems_draw(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[]
) RETURNS uuid LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET lock_timeout = '1s' AS $$
DECLARE
    v_filters jsonb := jsonb_build_object('grammatical_focus', p_focuses, 'tenses_used', p_tenses,
        'topic_tags', p_tags, 'target_language_code', p_languages, 'level', p_levels);
    v_key text := encode(sha256(convert_to(v_filters::text, 'UTF8')), 'hex');
    v_any_bucket boolean := num_nonnulls(p_focuses, p_tenses, p_languages, p_levels) = 0;
    v_deadline timestamptz := clock_timestamp() + interval '1 second';
    v_attempts integer := 0;
    v_buckets bigint[];
    v_ids uuid[];
    v_seqs bigint[];
    v_start bigint;
    v_depth integer;
    v_eligible integer;
    v_window integer;
    v_k integer;
    v_new_cycle boolean;
BEGIN
    IF NOT v_any_bucket THEN
        v_buckets := problems_buckets(p_focuses, p_tenses, p_languages, p_levels);
        IF v_buckets IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    LOOP
        -- One attempt is one subtransaction. A row lock that was taken too late, on a row that somebody else
        -- has just served, would else be kept while this caller goes on looking, and several such callers
        -- block each other: so what comes to nothing is rolled back before the next attempt.
        BEGIN
            v_depth := 8;
            v_new_cycle := false;
            -- Where few match and many draw, skipping what is locked would starve some callers: after some
            -- attempts they queue for the stalest, in the order in which they came, and rank again with it.
            IF v_attempts > 4 THEN
                PERFORM 1 FROM problems_servestate WHERE problem_id = v_ids[1] FOR NO KEY UPDATE;
            END IF;
            LOOP
                SELECT start_seq INTO v_start FROM problems_servecycle WHERE filter_key = v_key;
                -- The v_depth stalest that match, in order. A filter that picks many buckets usually finds
                -- them among the stalest of all, or of the tag; if it does, they are the right ones.
                v_ids := NULL;
                IF cardinality(v_buckets) > 16 AND p_tags IS NULL THEN
                    SELECT array_agg(problem_id), array_agg(serve_seq) INTO v_ids, v_seqs FROM (
                        SELECT problem_id, serve_seq FROM (
                            SELECT problem_id, serve_seq, bucket_id FROM problems_servestate
                             WHERE bucket_id IS NOT NULL ORDER BY serve_seq LIMIT v_depth * 16) stalest
                         WHERE bucket_id = ANY (v_buckets) ORDER BY serve_seq LIMIT v_depth) q;
                ELSIF cardinality(v_buckets) > 16 AND cardinality(p_tags) = 1 THEN
                    SELECT array_agg(problem_id), array_agg(serve_seq) INTO v_ids, v_seqs FROM (
                        SELECT problem_id, serve_seq FROM (
                            SELECT problem_id, serve_seq, bucket_id FROM problems_serveterm
                             WHERE kind = 1 AND term = p_tags[1] ORDER BY serve_seq LIMIT v_depth * 16) stalest
                         WHERE bucket_id = ANY (v_buckets) ORDER BY serve_seq LIMIT v_depth) q;
                END IF;
                -- Otherwise the stalest of each bucket are merged. Of many buckets only those with the
                -- v_depth stalest heads can hold them, so the heads are compared first.
                IF cardinality(v_ids) = v_depth THEN
                    NULL;  -- found
                ELSIF v_any_bucket AND p_tags IS NULL THEN
                    SELECT array_agg(problem_id), array_agg(serve_seq) INTO v_ids, v_seqs FROM (
                        SELECT problem_id, serve_seq FROM problems_servestate
                         WHERE bucket_id IS NOT NULL ORDER BY serve_seq LIMIT v_depth) q;
                ELSIF p_tags IS NULL THEN
                    SELECT array_agg(problem_id), array_agg(serve_seq) INTO v_ids, v_seqs FROM (
                        SELECT s.problem_id, s.serve_seq FROM (
                            SELECT b, head.serve_seq FROM unnest(v_buckets) b, LATERAL (
                                SELECT serve_seq FROM problems_servestate
                                 WHERE bucket_id = b ORDER BY serve_seq LIMIT 1) head
                             ORDER BY head.serve_seq LIMIT v_depth) heads, LATERAL (
                            SELECT problem_id, serve_seq FROM problems_servestate
                             WHERE bucket_id = heads.b ORDER BY serve_seq LIMIT v_depth) s
                         ORDER BY s.serve_seq LIMIT v_depth) q;
                ELSIF v_any_bucket THEN  -- DISTINCT: a problem may have several of the tags
                    SELECT array_agg(problem_id), array_agg(serve_seq) INTO v_ids, v_seqs FROM (
                        SELECT DISTINCT t.serve_seq, t.problem_id FROM unnest(p_tags) tag, LATERAL (
                            SELECT problem_id, serve_seq FROM problems_serveterm
                             WHERE kind = 1 AND term = tag ORDER BY serve_seq LIMIT v_depth) t
                         ORDER BY t.serve_seq LIMIT v_depth) q;
                ELSE  -- one problem can head a bucket once a tag: hence that many more heads
                    SELECT array_agg(problem_id), array_agg(serve_seq) INTO v_ids, v_seqs FROM (
                        SELECT DISTINCT t.serve_seq, t.problem_id FROM (
                            SELECT tag, b, head.serve_seq FROM unnest(p_tags) tag, unnest(v_buckets) b, LATERAL (
                                SELECT serve_seq FROM problems_serveterm
                                 WHERE kind = 1 AND term = tag AND bucket_id = b ORDER BY serve_seq LIMIT 1) head
                             ORDER BY head.serve_seq LIMIT v_depth * cardinality(p_tags)) heads, LATERAL (
                            SELECT problem_id, serve_seq FROM problems_serveterm
                             WHERE kind = 1 AND term = heads.tag AND bucket_id = heads.b
                             ORDER BY serve_seq LIMIT v_depth) t
                         ORDER BY t.serve_seq LIMIT v_depth) q;
                END IF;
                IF v_ids IS NULL THEN
                    RETURN NULL;
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

                -- v_seqs ascends: the eligible ones are a prefix
                v_eligible := (SELECT count(*) FROM unnest(v_seqs) seq WHERE seq < v_start);
                IF v_eligible > 0 THEN
                    v_window := CASE
                        WHEN v_seqs[1] < 0 THEN (SELECT count(*) FROM unnest(v_seqs) seq WHERE seq < 0)
                        WHEN cardinality(v_ids) < v_depth THEN (v_eligible + 1) / 2  -- few match: the older half
                        ELSE least(v_eligible, v_depth - 1)  -- never the most recent of those fetched
                    END;
                    FOR v_k IN  -- weight 1/rank inside the window, the others after it
                        SELECT k FROM generate_series(1, v_eligible) k
                         ORDER BY k > v_window, -ln(1 - random()) * k
                    LOOP
                        IF problems_claim(v_ids[v_k], v_seqs[v_k]) THEN
                            RETURN v_ids[v_k];
                        END IF;
                    END LOOP;
                    IF v_eligible = v_depth THEN  -- all of them are taken: look deeper
                        v_depth := v_depth * 4;
                        CONTINUE;
                    END IF;
                END IF;

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
        EXCEPTION WHEN lock_not_available THEN
            -- Should an edit hold all that match for long: an answer that is not counted is better than none.
            IF clock_timestamp() > v_deadline THEN
                RETURN v_ids[1];
            END IF;
            v_attempts := v_attempts + 1;
        END;
        PERFORM pg_sleep(0.0003 + random() * 0.001);
    END LOOP;
END $$;

-- Whether any live problem matches.
CREATE FUNCTION problems_any_match(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[]
) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_buckets bigint[] := problems_buckets(p_focuses, p_tenses, p_languages, p_levels);
BEGIN
    IF p_tags IS NULL THEN
        RETURN EXISTS (SELECT 1 FROM unnest(v_buckets) b, LATERAL (
            SELECT 1 FROM problems_servestate WHERE bucket_id = b LIMIT 1) s);
    END IF;
    RETURN EXISTS (SELECT 1 FROM unnest(p_tags) tag, unnest(v_buckets) b, LATERAL (
        SELECT 1 FROM problems_serveterm WHERE kind = 1 AND term = tag AND bucket_id = b LIMIT 1) t);
END $$;

