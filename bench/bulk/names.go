package bulk

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Names as they are common. All pairs of them are the customers' names.
var (
	families = [][2]string{
		{"佐藤", "サトウ"},
		{"鈴木", "スズキ"},
		{"高橋", "タカハシ"},
		{"田中", "タナカ"},
		{"伊藤", "イトウ"},
		{"渡辺", "ワタナベ"},
		{"山本", "ヤマモト"},
		{"中村", "ナカムラ"},
		{"小林", "コバヤシ"},
		{"加藤", "カトウ"},
		{"吉田", "ヨシダ"},
		{"山田", "ヤマダ"},
		{"佐々木", "ササキ"},
		{"山口", "ヤマグチ"},
		{"松本", "マツモト"},
		{"井上", "イノウエ"},
		{"木村", "キムラ"},
		{"林", "ハヤシ"},
		{"斎藤", "サイトウ"},
		{"清水", "シミズ"},
	}
	givens = [][2]string{
		{"花子", "ハナコ"},
		{"陽菜", "ヒナ"},
		{"結衣", "ユイ"},
		{"美咲", "ミサキ"},
		{"さくら", "サクラ"},
		{"葵", "アオイ"},
		{"凛", "リン"},
		{"由美", "ユミ"},
		{"恵子", "ケイコ"},
		{"真由美", "マユミ"},
		{"太郎", "タロウ"},
		{"翔", "ショウ"},
		{"大輔", "ダイスケ"},
		{"健太", "ケンタ"},
		{"蓮", "レン"},
		{"悠真", "ユウマ"},
		{"誠", "マコト"},
		{"浩", "ヒロシ"},
		{"直樹", "ナオキ"},
		{"拓也", "タクヤ"},
	}
)

// namesInto makes the table name: each name with the keys and the words by which
// it is found, as the program itself makes them. It has the program note one
// customer of each name, without a number or an address, at the first business,
// and reads what that left; they stay as customers without a booking.
func namesInto(ctx context.Context, conn *pgx.Conn, url string, now time.Time) error {
	db, err := pg.Open(ctx, pg.Options{URL: url, UnsafeNoSync: true, WriteConns: 1, ReadConns: 1, StatementTimeout: time.Minute})
	if err != nil {
		return err
	}
	defer db.Close()
	var first business.ID
	if err := conn.QueryRow(ctx, `SELECT business_id FROM bulk.shop WHERE i = 1`).Scan(&first); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `CREATE TABLE bulk.given (n integer PRIMARY KEY, id uuid, folded text)`); err != nil {
		return err
	}
	var b pg.Batch
	rows := [][]any{}
	for _, f := range families {
		for _, g := range givens {
			guest := customer.Guest{FamilyName: f[0], FamilyNameKana: f[1], GivenName: g[0], GivenNameKana: g[1], Locale: "ja"}
			id := customer.Upsert(&b, first, guest, now.AddDate(-2, 0, 0))
			rows = append(rows, []any{len(rows), id, jp.Fold(f[0] + g[0])})
		}
	}
	if err := db.BatchTenant(ctx, first, &b); err != nil {
		return err
	}
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"bulk", "given"}, []string{"n", "id", "folded"}, pgx.CopyFromRows(rows)); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `CREATE UNLOGGED TABLE bulk.name AS
		SELECT g.n, g.folded, c.family_name, c.given_name, c.family_name_kana, c.given_name_kana, c.search_key, c.sort_key,
		    ARRAY(SELECT word FROM customer_words w WHERE w.business_id = c.business_id AND w.customer_id = c.id) AS words
		FROM bulk.given g JOIN customers c USING (id)`)
	return err
}
