package demo

// A name in kanji, kana and Latin letters.
type name struct{ kanji, kana, latin string }

var familyNames = []name{
	{"佐藤", "サトウ", "sato"}, {"鈴木", "スズキ", "suzuki"}, {"高橋", "タカハシ", "takahashi"}, {"田中", "タナカ", "tanaka"},
	{"伊藤", "イトウ", "ito"}, {"渡辺", "ワタナベ", "watanabe"}, {"山本", "ヤマモト", "yamamoto"}, {"中村", "ナカムラ", "nakamura"},
	{"小林", "コバヤシ", "kobayashi"}, {"加藤", "カトウ", "kato"}, {"吉田", "ヨシダ", "yoshida"}, {"山田", "ヤマダ", "yamada"},
	{"佐々木", "ササキ", "sasaki"}, {"山口", "ヤマグチ", "yamaguchi"}, {"松本", "マツモト", "matsumoto"}, {"井上", "イノウエ", "inoue"},
	{"木村", "キムラ", "kimura"}, {"林", "ハヤシ", "hayashi"}, {"斎藤", "サイトウ", "saito"}, {"清水", "シミズ", "shimizu"},
	{"山崎", "ヤマザキ", "yamazaki"}, {"森", "モリ", "mori"}, {"池田", "イケダ", "ikeda"}, {"橋本", "ハシモト", "hashimoto"},
	{"阿部", "アベ", "abe"}, {"石川", "イシカワ", "ishikawa"}, {"山下", "ヤマシタ", "yamashita"}, {"中島", "ナカジマ", "nakajima"},
	{"石井", "イシイ", "ishii"}, {"小川", "オガワ", "ogawa"}, {"前田", "マエダ", "maeda"}, {"岡田", "オカダ", "okada"},
	{"長谷川", "ハセガワ", "hasegawa"}, {"藤田", "フジタ", "fujita"}, {"後藤", "ゴトウ", "goto"}, {"近藤", "コンドウ", "kondo"},
	{"村上", "ムラカミ", "murakami"}, {"遠藤", "エンドウ", "endo"}, {"青木", "アオキ", "aoki"}, {"坂本", "サカモト", "sakamoto"},
	{"福田", "フクダ", "fukuda"}, {"太田", "オオタ", "ota"}, {"西村", "ニシムラ", "nishimura"}, {"藤井", "フジイ", "fujii"},
	{"岡本", "オカモト", "okamoto"}, {"三浦", "ミウラ", "miura"}, {"金子", "カネコ", "kaneko"}, {"中野", "ナカノ", "nakano"},
	{"原田", "ハラダ", "harada"}, {"松田", "マツダ", "matsuda"}, {"竹内", "タケウチ", "takeuchi"}, {"上田", "ウエダ", "ueda"},
}

var givenNames = []name{
	{"美咲", "ミサキ", "misaki"}, {"葵", "アオイ", "aoi"}, {"陽菜", "ヒナ", "hina"}, {"結衣", "ユイ", "yui"}, {"さくら", "サクラ", "sakura"},
	{"真由美", "マユミ", "mayumi"}, {"恵子", "ケイコ", "keiko"}, {"裕子", "ユウコ", "yuko"}, {"直美", "ナオミ", "naomi"}, {"由美子", "ユミコ", "yumiko"},
	{"彩花", "アヤカ", "ayaka"}, {"千尋", "チヒロ", "chihiro"}, {"明日香", "アスカ", "asuka"}, {"麻衣", "マイ", "mai"}, {"香織", "カオリ", "kaori"},
	{"美穂", "ミホ", "miho"}, {"奈々", "ナナ", "nana"}, {"理沙", "リサ", "risa"}, {"友香", "トモカ", "tomoka"}, {"瞳", "ヒトミ", "hitomi"},
	{"和子", "カズコ", "kazuko"}, {"久美子", "クミコ", "kumiko"}, {"優花", "ユウカ", "yuka"}, {"杏", "アン", "an"}, {"琴音", "コトネ", "kotone"},
	{"蓮", "レン", "ren"}, {"大翔", "ヒロト", "hiroto"}, {"悠斗", "ユウト", "yuto"}, {"健太", "ケンタ", "kenta"}, {"翔太", "ショウタ", "shota"},
	{"拓也", "タクヤ", "takuya"}, {"大輔", "ダイスケ", "daisuke"}, {"直樹", "ナオキ", "naoki"}, {"和也", "カズヤ", "kazuya"}, {"誠", "マコト", "makoto"},
	{"浩", "ヒロシ", "hiroshi"}, {"隆", "タカシ", "takashi"}, {"修", "オサム", "osamu"}, {"健一", "ケンイチ", "kenichi"}, {"亮", "リョウ", "ryo"},
	{"陸", "リク", "riku"}, {"樹", "イツキ", "itsuki"}, {"颯太", "ソウタ", "sota"}, {"智也", "トモヤ", "tomoya"}, {"剛", "ツヨシ", "tsuyoshi"},
	{"正樹", "マサキ", "masaki"}, {"一郎", "イチロウ", "ichiro"}, {"雄大", "ユウダイ", "yudai"},
}

// Names of visitors, who write them in Latin letters.
var (
	visitorFamilies = []string{"Smith", "Johnson", "Garcia", "Nguyen", "Müller", "Rossi", "Dubois", "Kim", "Wilson", "Andersson"}
	visitorGivens   = []string{"Emma", "Oliver", "Sofia", "Liam", "Mia", "Lucas", "Chloe", "Noah", "Hana", "Daniel"}
)
