window.YTD.ad_impressions.part0 = [
  {
    "ad": {
      "id": "1",
      "user": "x",
      "date": "2022-01-01",
      "text": "buy"
    }
  }
]