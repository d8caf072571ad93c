window.YTD.tweets.part0 = [
  {
    "tweet": {
      "id_str": "9",
      "full_text": "oat loaf @ben",
      "created_at": "Thu Nov 03 08:50:26 +0000 2022",
      "favorite_count": 3,
      "retweet_count": 1,
      "lang": "en",
      "in_reply_to_screen_name": null,
      "in_reply_to_status_id_str": null,
      "entities": {
        "user_mentions": [
          {
            "screen_name": "ben",
            "id_str": "502"
          }
        ]
      }
    }
  }
]