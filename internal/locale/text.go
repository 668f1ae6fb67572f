package locale

// Text is one text for people in several languages, by tag: {"ja": "カット"}.
// Japanese is required, more languages are allowed.
type Text map[string]string

// In is the text in the language, else in Japanese.
func (t Text) In(lang Lang) string {
	if s := t[string(lang)]; s != "" {
		return s
	}
	return t[string(JA)]
}
