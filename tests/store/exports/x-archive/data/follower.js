window.YTD.follower.part0 = [
  {
    "follower": {
      "accountId": "88",
      "userLink": "https://twitter.com/intent/user?user_id=88"
    }
  }
]