// Package card draws the pictures of the booking site: the card that shows a shop
// where its link is shared, and the icons of the installed site. It knows shapes
// and letters and nothing of shops.
//
// Letters are those of NotoSansJP-Bold.otf: Noto Sans CJK JP Bold (version 2.004,
// SIL Open Font License, OFL.txt) without hints and layout tables, and with the
// characters of JIS X 0213's first plane, of Windows code page 932 and of Latin
// languages only, a twelfth of its size. It was made by
//
//	python3 -m fontTools.subset NotoSansCJK-Bold.ttc --font-number=0 --text-file=<characters> \
//	  --layout-features= --no-hinting --drop-tables+=VORG,vhea,vmtx,BASE,GSUB,GPOS
package card
