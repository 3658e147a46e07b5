INSERT INTO own.other (id, c, h, l, n) VALUES (1, 'x', 'a=>1', 'a.b', 1);
INSERT INTO own.other (id, c, h, l, n) VALUES (2, 'X', 'a=>2', 'a', 2), (3, NULL, NULL, NULL, 3), (4, 'y', '', 'b', 4);
UPDATE own.other SET n = 5 WHERE id OPERATOR(pg_catalog.=) 1;
UPDATE own.other SET c = 'Y';
UPDATE own.other SET c = 'x', l = 'a.b' WHERE id OPERATOR(pg_catalog.=) ANY (ARRAY[1, 3]);
DELETE FROM own.other WHERE id OPERATOR(pg_catalog.=) 2;
