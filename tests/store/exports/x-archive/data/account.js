window.YTD.account.part0 = [
  {
    "account": {
      "username": "oven_amy",
      "accountId": "501",
      "accountDisplayName": "Amy",
      "email": "a@b.example"
    }
  }
]