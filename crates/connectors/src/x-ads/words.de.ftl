# Worte für Menschen über X Ads.

grantee-handle = X-Handle

asset-ad_account = X-Werbekonto
asset-ad_account-many = X-Werbekonten
which-ad_account = Das @Handle des Kontos oder die ID in seiner Adresse bei ads.x.com

role-CAMPAIGN_ANALYST = „Campaign analyst“
role-AD_MANAGER = „Ad manager“
role-ACCOUNT_ADMIN = „Account administrator“

ad_account-view-can = Kampagnen und deren Ergebnisse ansehen.
ad_account-view-cannot = Anzeigen erstellen oder ändern, Geld ausgeben oder sehen, wer sonst Zugriff hat.
ad_account-manage-can = Kampagnen erstellen und ändern sowie Ergebnisse ansehen.
ad_account-manage-cannot = Personen hinzufügen oder entfernen oder die Zahlungsweise ändern.
ad_account-full-can = Alles im Konto tun, auch Personen hinzufügen und Einstellungen ändern.
ad_account-full-cannot = In Ihrem Namen auf X posten oder Ihre Anmeldung ändern.

remedy-remove-by-hand = Nur Sie können { $grantee } bei X aus diesem Werbekonto entfernen.
    .do = Entfernen Sie den Zugriff bei X nach den Schritten hier und bestätigen Sie es uns dann.
