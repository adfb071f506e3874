"""Who fetches a link without anybody having opened it: previews, scanners of mail, and browsers that look ahead.

A scanner that calls itself a browser cannot be told from one. Where that matters, let a person press a button.
"""

from __future__ import annotations

import re

from .request import Request

#: Programs that fetch a link to show a preview of it, by parts of the names they give themselves. Mind the slash after
#: some and the full names elsewhere: the browsers inside these companies' apps belong to people.
_PREVIEWS = (
    "LinkedInBot", "Slackbot", "Slack-ImgProxy", "WhatsApp/", "TelegramBot", "facebookexternalhit", "facebookcatalog",
    "Facebot", "meta-external", "Twitterbot", "Discordbot", "SkypeUriPreview", "MicrosoftPreview", "BingPreview",
    "Viber/", "redditbot", "Embedly", "Iframely", "vkShare", "Mattermost-Bot", "ZoomBot", "kakaotalk-scrap",
    "Line-Poker", "Linespider", "Google-PageRenderer", "Googlebot", "GoogleOther", "Google-InspectionTool",
    "Google-Safety", "GoogleImageProxy", "Google-Read-Aloud", "YahooMailProxy", "bingbot", "Applebot", "DuckDuckBot",
    "YandexBot", "Mastodon/", "Cardyb", "Synapse", "Rocket.Chat", "Nextcloud Server Crawler", "MetaInspector",
    "Pinterestbot", "W3C_Validator",
)  # fmt: skip
#: Programs that look into mail for links that do harm, and office programs that look what is at an address.
_SCANNERS = (
    "Barracuda", "Mimecast", "Proofpoint", "IronPort", "Cisco-CSI", "SafeLinks", "Microsoft-Defender",
    "Microsoft Office Existence Discovery", "Microsoft Office Protocol Discovery", "Microsoft-WebDAV", "MSOffice ",
    "ms-office", "Symantec", "MessageLabs", "Sophos", "Trend Micro", "TrendMicro", "TMUFE", "FireEye", "Trellix",
    "Zscaler", "Forcepoint", "Websense", "Cloudmark", "PhishTank", "urlscan", "VirusTotal", "PaloAltoNetworks",
    "CheckPoint", "Avanan", "Hornetsecurity", "Retarus", "Vade Secure", "SpamTitan", "Trustwave", "Netcraft",
)  # fmt: skip
#: Libraries by which programs fetch, also office programs and telephones that look ahead. Nobody reads a page in one
#: of them: where somebody clicks, a browser comes next.
_LIBRARIES = (
    "Microsoft Office/", "Go-http-client/", "Java/", "Apache-HttpClient/", "okhttp/", "node-fetch/", "axios/", "undici",
    "aiohttp/", "libwww-perl/", "GuzzleHttp/", "Dalvik/", "CFNetwork/",
)  # fmt: skip
#: What many others call themselves, as a word of its own: a telephone called CUBOT is a person's.
_KINDS = r"[\w-]*bot/\d|[\w-]*(?:crawler|spider|scanner|preview|linkcheck)\b"

_ROBOT = re.compile("|".join([*map(re.escape, (*_PREVIEWS, *_SCANNERS, *_LIBRARIES)), _KINDS]), re.IGNORECASE)
#: Where a browser says that it only looks ahead (Fetch Standard, `Sec-Purpose`, and what came before it).
_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_LOOKS_AHEAD = re.compile("prefetch|prerender|preview", re.IGNORECASE)
#: What a browser opens a link for; anything else is a part of somebody's page (W3C Fetch Metadata, section 2.1).
_OPENED_AS = ("document", "iframe", "frame")


def is_preview(request: Request) -> bool:
    """Whether a request looks at an address without a person opening it: HEAD, a robot, or a browser looking ahead."""
    return (
        request.method == "HEAD"
        or any(_LOOKS_AHEAD.search(request.header(name) or "") for name in _PURPOSES)
        or (request.header("Sec-Fetch-Dest") or "document") not in _OPENED_AS
        or _ROBOT.search(request.header("User-Agent") or "") is not None
    )
