package auth

import "strings"

// What a user agent's text tells, the more particular first: most browsers claim
// to be others as well.
var (
	browsers = [][2]string{
		{"Line/", "LINE"},
		{"FBAN/", "Facebook"},
		{"FBAV/", "Facebook"},
		{"Instagram", "Instagram"},
		{"YJApp", "Yahoo! JAPAN"},
		{"Edg/", "Edge"},
		{"EdgA/", "Edge"},
		{"EdgiOS/", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"FxiOS/", "Firefox"},
		{"Firefox/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"CrOS", "ChromeOS"},
		{"Windows", "Windows"},
		{"Macintosh", "Mac"},
		{"Linux", "Linux"},
	}
)

// maxProgram is how much is shown of the name of a program that is no browser.
const maxProgram = 40 // characters

// DeviceName is what a person calls the device of a user agent, such as "Safari,
// iPhone"; the program's name when it is no browser, and "" when it tells nothing.
func DeviceName(userAgent string) string {
	browser, system := firstOf(browsers, userAgent), firstOf(systems, userAgent)
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser+system != "":
		return browser + system
	}
	name, _, _ := strings.Cut(strings.TrimSpace(userAgent), "/")
	name, _, _ = strings.Cut(name, " ")
	return cut(name, maxProgram)
}

func firstOf(signs [][2]string, userAgent string) string {
	for _, s := range signs {
		if strings.Contains(userAgent, s[0]) {
			return s[1]
		}
	}
	return ""
}
