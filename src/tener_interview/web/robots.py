"""Detects requests that no person made: link previews, mail scanners, and browsers that prefetch.

A scanner that passes for a browser cannot be detected. Where that matters, require a person to press a button.
"""

from __future__ import annotations

import re

from ..regex import regex
from .request import Request

#: Programs that fetch links for previews, by parts of their User-Agent. Some end in a slash or are complete names,
#: because the in-app browsers of these companies are used by people.
_PREVIEWS = (
    "LinkedInBot", "Slackbot", "Slack-ImgProxy", "WhatsApp/", "TelegramBot", "facebookexternalhit", "facebookcatalog",
    "Facebot", "meta-external", "Twitterbot", "Discordbot", "SkypeUriPreview", "MicrosoftPreview", "BingPreview",
    "Viber/", "redditbot", "Embedly", "Iframely", "vkShare", "Mattermost-Bot", "ZoomBot", "kakaotalk-scrap",
    "Line-Poker", "Linespider", "Google-PageRenderer", "Googlebot", "GoogleOther", "Google-InspectionTool",
    "Google-Safety", "GoogleImageProxy", "Google-Read-Aloud", "YahooMailProxy", "bingbot", "Applebot", "DuckDuckBot",
    "YandexBot", "Mastodon/", "Cardyb", "Synapse", "Rocket.Chat", "Nextcloud Server Crawler", "MetaInspector",
    "Pinterestbot", "W3C_Validator",
)  # fmt: skip
#: Programs that scan links in mail, and office programs that probe addresses.
_SCANNERS = (
    "Barracuda", "Mimecast", "Proofpoint", "IronPort", "Cisco-CSI", "SafeLinks", "Microsoft-Defender",
    "Microsoft Office Existence Discovery", "Microsoft Office Protocol Discovery", "Microsoft-WebDAV", "MSOffice ",
    "ms-office", "Symantec", "MessageLabs", "Sophos", "Trend Micro", "TrendMicro", "TMUFE", "FireEye", "Trellix",
    "Zscaler", "Forcepoint", "Websense", "Cloudmark", "PhishTank", "urlscan", "VirusTotal", "PaloAltoNetworks",
    "CheckPoint", "Avanan", "Hornetsecurity", "Retarus", "Vade Secure", "SpamTitan", "Trustwave", "Netcraft",
)  # fmt: skip
#: HTTP libraries, also those of office programs and phones that prefetch. No person reads a page in one of them: after
#: a click, a browser follows.
_LIBRARIES = (
    "Microsoft Office/", "Go-http-client/", "Java/", "Apache-HttpClient/", "okhttp/", "node-fetch/", "axios/", "undici",
    "aiohttp/", "libwww-perl/", "GuzzleHttp/", "Dalvik/", "CFNetwork/",
)  # fmt: skip
#: Generic names, as whole words: a phone called CUBOT belongs to a person.
_GENERIC_NAMES = r"[\w-]*bot/\d|[\w-]*(?:crawler|spider|scanner|preview|linkcheck)\b"

_ROBOT = regex("|".join([*map(re.escape, (*_PREVIEWS, *_SCANNERS, *_LIBRARIES)), _GENERIC_NAMES]), re.IGNORECASE)
#: Headers by which browsers mark prefetching (Fetch Standard, `Sec-Purpose`, and its predecessors).
_PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_PREFETCH = regex("prefetch|prerender|preview", re.IGNORECASE)
#: Sec-Fetch-Dest of a link that is opened; other values are parts of a page (W3C Fetch Metadata, section 2.1).
_NAVIGATION_DESTINATIONS = ("document", "iframe", "frame")


def is_preview(request: Request) -> bool:
    """Return whether a program opened this link: HEAD, a robot, or a prefetching browser."""
    return (
        request.method == "HEAD"
        or any(_PREFETCH.search(request.header(name) or "") for name in _PURPOSE_HEADERS)
        or (request.header("Sec-Fetch-Dest") or "document") not in _NAVIGATION_DESTINATIONS
        or _ROBOT.search(request.header("User-Agent") or "") is not None
    )
