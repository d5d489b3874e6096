var _,wn,Nr,K,Ct,Be,xn,He,kn,Et,Pt,Lr,Ce=Symbol.for("pv"),Je={},Ue=[],Or=/^m(i|n|o|s|text|space)$/,Rt=Array.isArray,_n=Ue.slice,Y=Object.assign;function Z(t){t&&t.parentNode&&t.remove()}function ze(t,e,n,o,r){var s={type:t,props:e,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ce,__v:r||++wn,__i:-1,__u:0};return!r&&_.vnode&&_.vnode(s),s}function Xe(){return{current:null}}function M(t){return t.children}function H(t,e){this.props=t,this.context=e,this.__g=0}function W(t,e){if(e==null)return t.__&&W(t.__,t.__i+1);for(var n;e<t.__k.length;e++)if((n=t.__k[e])&&n.__e)return n.__e;return typeof t.type!="function"||t.props.__P?null:W(t)}function Ir(t){var e,n=t.__v,o=n.__e,r=[],s=[],i=t.__P;i&&((e=Y({constructor:Ce},n)).__v=n.__v+1,_.vnode&&_.vnode(e),Tt(i,e,n,t.__n,i.namespaceURI,32&n.__u?[o]:null,r,o||W(n),32&n.__u,s),e.__v=n.__v,e.__.__k[e.__i]=e,En(r,e,s),n.__=n.__e=null,e.__e!=o&&Sn(e))}function Sn(t){if((t=t.__)&&t.__c&&!t.props.__P)return t.__e=null,t.__k.some(function(e){return e&&(t.__e=e.__e)}),Sn(t)}function bn(t){(8&t.__g||(t.__g|=8,K.push(t),Be++))&&Ct==_.debounceRendering||((Ct=_.debounceRendering)||queueMicrotask)(Mn)}function Mn(){try{for(var t,e=1;K.length;)K.length>e&&K.sort(xn),t=K.shift(),e=K.length,8&t.__g&&Ir(t)}finally{(Be=K.length)&&(Ct||queueMicrotask)(Mn)}}function $n(t,e,n,o,r,s,i,a,l,d,u){var h,f,p,g,v,w,y=o.__k||Ue,m=e.length;for(l=Fr(n,e,y,l,m),h=0;h<m;h++)(p=n.__k[h])!=null&&(f=~p.__i&&y[p.__i]||Je,p.__i=h,w=Tt(t,p,f,r,s,i,a,l,d,u),g=p.__e,(f.ref!=p.ref||8&f.__u)&&(f.ref&&At(f.ref,null,p,f),p.ref&&u.push(p.ref,p.__c||g,p)),v=v||g,4&p.__u?(l=Cn(p,l,t,!f.__v),f.__e&&(f.__e=null)):typeof p.type=="function"&&w!==void 0?l=w:g&&(l=g.nextSibling),p.__u&=-21);return n.__e=v,l}function Fr(t,e,n,o,r){var s,i,a,l,d,u,h,f,p,g=n.length,v=g,w=0,y=0,m=t.__k=Array(r);for(s=0;s<r;s++)(i=e[s])!=null&&typeof i!="boolean"&&typeof i!="function"?(typeof i!="object"||i.constructor===String?i=m[s]=ze(null,i):Rt(i)?i=m[s]=ze(M,{children:i}):i.constructor===Ce&&i.__b?i=m[s]=ze(i.type,i.props,i.key,i.ref,i.__v):m[s]=i,l=s+w,i.__=t,i.__b=t.__b+1,a=null,~(d=i.__i=Dr(i,n,l,v))&&(v--,(a=n[d])&&(a.__u|=2)),a&&a.__v?(i.__u|=16,d==l-1?w--:d==l+1?w++:d!=l&&(d>l?w--:w++,y=1)):(~d||(r>g?w--:r<g&&w++),typeof i.type!="function"&&(i.__u|=4))):m[s]=null;if(y){for(u=[],h=[],s=0;s<r;s++)if((i=m[s])&&16&i.__u){for(w=0,f=u.length;w<f;)u[p=w+f>>1]<i.__i?w=p+1:f=p;u[w]=i.__i,h[s]=w+1}for(w=u.length;s--;)h[s]&&(h[s]==w?w--:m[s].__u|=4)}if(v)for(s=0;s<g;s++)!(a=n[s])||2&a.__u||(a.__e==o&&(o=W(a)),Nt(a,a));return o}function Cn(t,e,n,o){var r,s,i,a;if(typeof t.type=="function"){if(t.props.__P)return e;if(r=t.__k)for(s=0;s<r.length;s++)r[s]&&(r[s].__=t,e=Cn(r[s],e,n,!1));return e}for(e&&!e.parentNode&&(e=W(t))&&!e.parentNode&&(e=null),i=t.__e,a=e;a&&a.nodeType==8;)a=a.nextSibling;for(i!=a&&(!o&&n.moveBefore&&i.parentNode?n.moveBefore(i,e):n.insertBefore(i,e||null)),e=i;(e=e&&e.nextSibling)&&e.nodeType==8&&!e.data.startsWith("$s"););return e}function Dr(t,e,n,o){var r,s=t.key,i=t.type,a=e[n],l=a&&!(2&a.__u);if(a===null&&s==null||l&&s==a.key&&i==a.type)return n;if(o>(l?1:0)){for(r=n-1;r>=0;r--)if((a=e[r])&&!(2&a.__u)&&s==a.key&&i==a.type)return r;for(r=n+1;r<e.length;r++)if((a=e[r])&&!(2&a.__u)&&s==a.key&&i==a.type)return r}return-1}function vn(t,e,n){n==null&&(n=""),e[0]=="-"?t.setProperty(e,n):t[e]=n}function De(t,e,n,o,r){var s,i;if(e=="style")if(typeof n=="string")t.style.cssText=n;else{if(typeof o=="string"&&(t.style.cssText=o=""),o)for(e in o)n&&e in n||vn(t.style,e);if(n)for(e in n)o&&n[e]==o[e]||vn(t.style,e,n[e])}else if(e[0]=="o"&&e[1]=="n")typeof n!="function"&&(n=null),typeof o!="function"&&(o=null),(t.__e||(t.__e={}))[e]=n,n&&o||(i=Pt[e]||(Pt[e]=Hr(e)),(t.__a||(t.__a={}))[e]=Et,s=e!=(e=e.replace(kn,"$1")),(e=e.slice(2))[0]<"a"&&(e=e.toLowerCase()),n?t.addEventListener(e,i,s):t.removeEventListener(e,i,s));else{if(r=="http://www.w3.org/2000/svg")e=e.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(e!="width"&&e!="height"&&e!="href"&&e!="list"&&e!="form"&&e!="tabIndex"&&e!="download"&&e!="rowSpan"&&e!="colSpan"&&e!="role"&&e!="popover"&&e in t)try{return void(t[e]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&e[4]!="-"?t.removeAttribute(e):t.setAttribute(e,e=="popover"&&n==1?"":n)}}function Hr(t){return function(e){var n=this.__e;if(n){if(n=n[t],e[He]==null)e[He]=Et++;else if(e[He]<this.__a[t])return;return n(_.event?_.event(e):e)}}}function Tt(t,e,n,o,r,s,i,a,l,d){var u,h,f,p,g,v,w,y,m,b,x,T,A,k,C,q,F,D,V=e.type;if(e.constructor!==Ce)return null;128&n.__u&&(l=32&n.__u,u=n.__c.__z)&&(e.__u|=l,h=s=[],u.nodeType==8?a=je(u,s):s.push(u),a=s[0]||a),(u=_.__b)&&u(e);e:if(typeof V=="function"){f=i.length;try{if(y=e.props,m=(u=V.prototype)&&u.render,b=(u=V.contextType)&&o[u.__c],x=u?b?b.props.value:u.__:o,(p=n.__c)?(e.__c=p,2&p.__g&&(p.__g|=1)):(m?e.__c=p=new V(y,x):(e.__c=p=new H(y,x),p.constructor=V,p.render=jr),b&&b.sub(p),p.state||(p.state={}),p.__n=o,p.__g|=8,p.__h=[],p.__k=[]),m&&(p.__s||(p.__s=p.state),V.getDerivedStateFromProps&&(p.__s==p.state&&(p.__s=Y({},p.__s)),Y(p.__s,V.getDerivedStateFromProps(y,p.__s)))),g=p.props,v=p.state,p.__v=e,n.__c){if(y!==g&&m&&!V.getDerivedStateFromProps&&p.componentWillReceiveProps&&p.componentWillReceiveProps(y,x),e.__v==n.__v&&!(8&p.__g)||!(4&p.__g)&&p.shouldComponentUpdate&&p.shouldComponentUpdate(y,p.__s,x)===!1){e.__v!=n.__v&&(p.props=y,p.state=p.__s,p.__g&=-9),e.__e=n.__e,e.__k=n.__k,e.__k.some(function(N){N&&(N.__=e)}),Ue.push.apply(p.__h,p.__k),p.__k=[],p.__h.length&&i.push(p),a=W(n);break e}p.componentWillUpdate&&p.componentWillUpdate(y,p.__s,x),m&&p.componentDidUpdate&&p.__h.push(function(){p.componentDidUpdate(g,v,w)})}else m&&!V.getDerivedStateFromProps&&p.componentWillMount&&p.componentWillMount(),m&&p.componentDidMount&&p.__h.push(p.componentDidMount);p.context=x,p.props=y,p.__P=t,p.__g&=-5,T=_.__r,A=m?25:0;do p.__g&=-9,T&&T(e),u=p.render(p.props,p.state=p.__s,p.context);while(8&p.__g&&++A<25);m&&(Ue.push.apply(p.__h,p.__k),p.__k=[]),p.state=p.__s,p.getChildContext&&(o=Y({},o,p.getChildContext())),m&&n.__c&&p.getSnapshotBeforeUpdate&&(w=p.getSnapshotBeforeUpdate(g,v)),k=u&&u.type===M&&u.key==null?u.props.children:u,y.__P&&(u=a,r=(t=y.__P).namespaceURI,l=s=null,n.props&&n.props.__P!=t&&(n.__k.some(function(N){N&&Nt(N,N)}),n.__k=null),a=n.__k?W(n,0):null),a=$n(t,Rt(k)?k:[k],e,n,o,r,s,i,a,l,d),y.__P&&(e.__e=null,a=u),e.__u&=-161,h&&h.some(Z),p.__h.length&&i.push(p),1&p.__g&&(p.__g&=-4)}catch(N){if(i.length=f,e.__v=null,l||s)if(N&&N.then){if(e.__u|=128|l,s){for(~(F=s.indexOf(a||void 0))||(F=s.length);(D=s[F-1])&&D.nodeType==8;)F--;for(;F<s.length;F++)if(D=s[F])if(s[F]=null,C){if(D==q)break}else{if(D.nodeType!=8)break;D.data.startsWith("$s")&&(q=je(C=D))}}if(!C){for(;a&&a.nodeType==8&&a.nextSibling;)a=a.nextSibling;C=a}(u=je(C=e.__c.__z||(e.__c.__z=C)))?(e.__e=C,a=u):e.__e=a,a=a&&a.nextSibling}else s&&s.some(Z);else e.__e=n.__e;e.__k||(e.__k=n.__k||[]),N&&N.then||Pn(e),_.__e(N,e,n)}}else a=e.__e=zr(n.__e,e,n,o,r,s,i,l,d,t);return(u=_.diffed)&&u(e),a}function je(t,e){if(t&&t.nodeType==8&&t.data.startsWith("$s"))for(var n=1;t=t.nextSibling;){if(t.nodeType==8){if(t.data.startsWith("$s"))n++;else if(t.data.startsWith("/$s")&&!--n)return t}e&&e.push(t)}}function Pn(t){t&&(t.__c&&(t.__c.__g|=4),t.__k&&t.__k.some(Pn))}function En(t,e,n){for(var o=0;o<n.length;)At(n[o++],n[o++],n[o++]);_.__c&&_.__c(e,t),t.some(function(r){try{t=r.__h,r.__h=[],t.some(function(s){s.call(r)})}catch(s){_.__e(s,r.__v)}})}function zr(t,e,n,o,r,s,i,a,l,d){var u,h,f,p,g,v,w,y,m=n.props||Je,b=e.props,x=e.type;if(x=="svg"?r="http://www.w3.org/2000/svg":x=="math"?r="http://www.w3.org/1998/Math/MathML":r||(r="http://www.w3.org/1999/xhtml"),s){for(u=0;u<s.length;u++)if((g=s[u])&&(x?g.localName==x:g.nodeType==3)){t=g,s[u]=null;break}}if(!t){if(y=d.ownerDocument||document,!x)return y.createTextNode(b);t=y.createElementNS(r,x,b.is?b:d),a&&(_.__m&&_.__m(e,s),a=!1),s=null}if(x){if(d=x=="template"&&t.content||t,s=x=="textarea"&&b.defaultValue!=null?null:s&&_n.call(d.childNodes),!a&&s)for(m={},u=0;u<t.attributes.length;u++)m[(g=t.attributes[u]).name]=g.value;for(u in m)g=m[u],u=="dangerouslySetInnerHTML"?f=g:u=="children"||u in b||u=="value"&&"defaultValue"in b||u=="checked"&&"defaultChecked"in b||De(t,u,null,g,r);for(u in b)g=b[u],u=="children"?p=g:u=="dangerouslySetInnerHTML"?h=g:u=="value"?v=g:u=="checked"?w=g:a&&typeof g!="function"||m[u]===g||De(t,u,g,m[u],r);h?(a||f&&(h.__html==f.__html||h.__html==t.innerHTML)||(t.innerHTML=h.__html),e.__k=[]):(f&&(t.textContent=""),(x=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&Or.test(x))&&(r="http://www.w3.org/1999/xhtml"),$n(d,Rt(p)?p:[p],e,n,o,r,s,i,s?s[0]:n.__k&&W(n,0),a,l),s&&s.some(Z)),a&&x!="textarea"||(u="value",x=="progress"&&v==null?t.removeAttribute(u):v==null||v===t[u]&&(x!="progress"||v)||De(t,u,v,m[u],r),u="checked",w!=null&&w!=t[u]&&De(t,u,w,m[u],r))}else m===b||a&&t.data==b||(t.data=b);return t}function At(t,e,n,o){try{typeof t=="function"?e?e.__x=t(e)||1:o&&(o=o.__c||o.__e)&&(e=o.__x)&&(o.__x=null,typeof e=="function"?e():t(null)):t.current=e}catch(r){_.__e(r,n)}}function Nt(t,e,n){var o,r,s,i;if(_.unmount&&_.unmount(t),!(o=t.ref)||o.current&&o.current!=t.__e||At(o,null,e,t),o=t.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(a){_.__e(a,e)}o.__P=o.__n=null}if(o=t.__k)for(i=0;i<o.length;i++)o[i]&&Nt(o[i],e,typeof t.type!="function"||n&&!t.props.__P);!n&&(o=t.__c)&&(o=o.__z)&&(r=je(o,s=[]))&&(o==t.__e&&s.some(Z),Z(r),Z(o)),n||Z(t.__e),t.__e=t.__c=t.__=null}function jr(t,e,n){return this.constructor(t,n)}function pe(t,e){var n,o,r,s;_.__&&_.__(t,e),e.nodeType==9&&(e=e.documentElement),o=(n=t&&32&t.__u)?null:e.__k,e.__k=ze(M,{children:[t]}),r=[],s=[],Tt(e,e.__k,o||Je,Je,e.namespaceURI,o?null:e.firstChild?_n.call(e.childNodes):null,r,o?o.__e:e.firstChild,n,s),En(r,e.__k,s),e.__k.props.children=null}_={__e:function(t,e,n,o){for(var r,s,i;e=e.__;)if((r=e.__c)&&!(1&r.__g)){r.__g|=4;try{if((i=(s=r.constructor)&&s.getDerivedStateFromError)&&r.setState(s.getDerivedStateFromError(t)),r.componentDidCatch&&(r.componentDidCatch(t,o||{}),i=1),i&&8&r.__g)return void(r.__g|=2)}catch(a){t=a}}throw Be=0,t}},wn=0,Nr=function(t){return t!=null&&t.constructor===Ce},H.prototype.setState=function(t,e){var n=this.__s;n&&n!=this.state||(n=this.__s=Y({},this.state)),typeof t=="function"&&(t=t(Y({},n),this.props)),t&&(Y(n,t),this.__v&&(e&&this.__k.push(e),bn(this)))},H.prototype.forceUpdate=function(t){this.__v&&(this.__g|=4,t&&this.__h.push(t),bn(this))},H.prototype.render=M,K=[],Be=0,xn=function(t,e){return t.__v.__b-e.__v.__b},He=Symbol(),kn=/(PointerCapture)$|Capture$/i,Et=0,Pt={},Lr=0;var Tn="Inter, ui-sans-serif, system-ui, sans-serif",z={dark:!1,paper:"#ffffff",ink:"#1c2028",muted:"#59606f",grid:"#e6e8ec",font:Tn},Lt={dark:!0,paper:"#16191f",ink:"#e6e9f0",muted:"#a2aaba",grid:"#2a2f39",font:Tn},Br="#3b78e7",Jr="#e8710a",Ve="#8a93a3";var qe={train:Jr,validation:Br},Ke={train:"dot",validation:"solid"};var Pe=["#3b78e7","#e8710a","#12a37f","#c2459b","#8a6fdf","#b08900","#0f9fb5","#d9480f"],he={solid:[],dot:[.1,2.1],dash:[3,2.5],longdash:[6,3]},We=["solid","dash","dot","longdash"],Ot=["#5b4bd3","#3f74c9","#2592a8","#3aa77a","#86b03f","#d1ab1c"],Ur=["#16325c","#2a6a9e","#3fa0a8","#9fce8a","#fbf3b4"],Xr=["#1f5fbf","#7fb0ea","#f3f1ec","#f0a868","#c2500a"],Vr=["#7fb4ff","#3c6fb5","#20242c","#a5622a","#ffa65c"],Q=(t,e)=>t?e.dark?Vr:Xr:Ur;var Rn=t=>[1,3,5].map(e=>Number.parseInt(t.slice(e,e+2),16));function Ee(t,e){let n=Math.min(1,Math.max(0,e))*(t.length-1),o=Math.min(Math.floor(n),t.length-2),[r,s]=[Rn(t[o]),Rn(t[o+1])];return r.map((i,a)=>Math.round(i+(s[a]-i)*(n-o)))}var It=t=>`rgb(${t.join(",")})`,An=(t,e)=>It(Ee(Ot,t/Math.max(1,e-1)));function Nn(t){let[e,n,o]=t.map(r=>{let s=r/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4});return .2126*e+.7152*n+.0722*o>.179?"#000000":"#ffffff"}var fe=class extends Error{constructor(n,o,r=0){super(o);this.title=n;this.status=r}title;status},ee=class extends Error{};var qr=3,Kr=150,Ln=[500,1e3,2e3,4e3],Wr={state:"waiting",progress:0,away:!1},Ge=class{constructor(e,n){this.source=e;this.changed=n}source;changed;answers=new Map;work=new Map;renewals=new Map;since=new Map;wanted=new Map;timer;drawing(e){let n=new Map,o=e(r=>(n.set(r.key,r),this.answers.get(r.key)??Wr));return this.wanted=n,this.pursue(),o}again(){for(let[e,n]of this.answers)n.state==="failed"&&this.answers.delete(e);this.changed()}*known(){for(let[e,n]of this.answers)n.state==="done"&&(yield[e,n.value])}close(){this.wanted=new Map,this.pursue()}pursue(){for(let[o,{resource:r,stop:s}]of this.work)!this.wanted.has(o)&&r.computed&&(s.abort(),this.work.delete(o),this.answers.delete(o));for(let[o,r]of this.renewals)this.wanted.has(o)||(clearTimeout(r),this.renewals.delete(o));for(let o of this.since.keys())this.wanted.has(o)||this.since.delete(o);clearTimeout(this.timer);let e=performance.now(),n=Number.POSITIVE_INFINITY;for(let[o,r]of this.wanted){let s=this.answers.get(o);if(s?.state==="done"&&this.renewLater(r,s.value),s&&s.state!=="waiting"||this.work.has(o))continue;this.since.has(o)||this.since.set(o,e);let i=this.since.get(o)+(r.rest??0)-e;i>0?n=Math.min(n,i):this.work.size<qr&&this.begin(r)}n<Number.POSITIVE_INFINITY&&(this.timer=setTimeout(()=>this.pursue(),n))}async begin(e){let{key:n}=e,o=new AbortController;this.work.set(n,{resource:e,stop:o});let r=()=>this.work.get(n)?.stop===o,s={signal:o.signal,report:i=>{r()&&this.put(n,{state:"waiting",progress:i,away:!1})}};for(let i=0;r();i+=1){let a;try{a={state:"done",value:await e.ask(this.source,s)}}catch(l){if(l instanceof ee&&r()){this.put(n,{state:"waiting",progress:0,away:!0}),await new Promise(d=>setTimeout(d,Ln[Math.min(i,Ln.length-1)]));continue}a={state:"failed",error:l}}r()&&(this.work.delete(n),this.put(n,a),this.forget());break}this.pursue()}renewLater(e,n){let o=e.renew?.(n);if(!o||this.renewals.has(e.key))return;let r=async()=>{let i=await o.ask(this.source).catch(()=>n);this.renewals.get(e.key)===s&&(this.renewals.delete(e.key),i!==n?this.put(e.key,{state:"done",value:i}):this.pursue())},s=setTimeout(()=>{r()},o.after);this.renewals.set(e.key,s)}put(e,n){this.answers.delete(e),this.answers.set(e,n),this.changed()}forget(){for(let e of this.answers.keys()){if(this.answers.size<=Kr)return;!this.wanted.has(e)&&!this.work.has(e)&&this.answers.delete(e)}}};function On(t){class e extends H{shouldComponentUpdate(o){let[r,s]=[this.props,o];return Object.keys(s).length!==Object.keys(r).length||Object.keys(s).some(i=>r[i]!==s[i])}render(){return t(this.props)}}return e}var Ze=class{kept=new Map;keep(e,n,o){let r=this.kept.get(e);if(r&&r.on.length===n.length&&r.on.every((i,a)=>i===n[a]))return r.value;let s=o();return this.kept.set(e,{on:n,value:s}),s}};var te=["cosine_loss","l2_ratio","early_exit_accuracy","activation_norm","cosine_loss_plugged","drop_damage"],Ft=["cosine","ratio","drop"],Dt=["borderline","corrected","overthought","misclassified","all"],Ht=["margin","-margin","-loss","loss","index"],zt=["500","2000","all"];var j={page:"blocks",run:null,others:[],merged:!1,checkpoint:null,epoch:null,split:null,block:null,chosen:[],reference:null,difference:!1,metric:"cosine_loss",by:"early_exit_accuracy",stages:!1,effective:!1,plan:null,against:null,colour:"cosine",borderlineAt:"last5",group:"borderline",by_block:null,class:null,sort:"margin",samples:"500",index:null,images:null},Ye={hover:null,pointed:null,selected:[],focus:null,playing:!1,brushing:!1,zoom:null,epochZoom:null,stopped:!1,said:null},In=t=>({now:{...Ye,...t},past:[],future:[]}),Gr=200,Re=t=>t.plan??"";function Fn(t,e){let n=e(t.now);if(n===t.now)return t;let o=Re(t.now);return n.run!==t.now.run?{now:n,past:Re(n)===o?t.past:[],future:[]}:jt({...t,now:n},o)}function jt(t,e){return Re(t.now)===e?t:{now:t.now,past:[...t.past,e].slice(-Gr),future:[]}}var Dn=(t,e)=>({...t,now:e(t.now)});function Hn(t){let e=t.past.at(-1);return e===void 0?t:{now:{...t.now,plan:e||null,stopped:!1,said:null},past:t.past.slice(0,-1),future:[...t.future,Re(t.now)]}}function zn(t){let e=t.future.at(-1);return e===void 0?t:{now:{...t.now,plan:e||null,stopped:!1,said:null},past:[...t.past,Re(t.now)],future:t.future.slice(0,-1)}}var $=t=>e=>({...e,...t}),ne=t=>e=>e.hover===t?e:{...e,hover:t},Bt=t=>e=>({...e,block:t}),me=(t,e)=>n=>{if(!e)return{...n,block:n.block===t?null:t};let o=new Set(n.chosen);return o.delete(t)||o.add(t),{...n,chosen:[...o].sort((r,s)=>r-s)}},jn=t=>t.block!==null?{...t,block:null}:t.chosen.length?{...t,chosen:[]}:{...t,zoom:null,epochZoom:null},Bn=(t,e)=>n=>({...n,...Ye,run:t,others:n.others.filter(o=>o!==t),merged:!1,checkpoint:null,epoch:null,index:null,images:null,class:null,by_block:null,...e?{}:{plan:null,against:null,block:null,chosen:[]}}),Jn=(t,e)=>n=>({...n,checkpoint:t,epoch:e,stopped:!1});var L=t=>t.split==="train"?"train":"validation";var Zr=/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;function E(t){return t.toWellFormed().replace(Zr,e=>{let n=e.codePointAt(0)??0;if(n===10)return"\\n";if(n===9)return"\\t";let o=n.toString(16);return n<256?`\\x${o.padStart(2,"0")}`:n<65536?`\\u${o.padStart(4,"0")}`:`\\U${o.padStart(8,"0")}`})}function R(t,e=2){if(t==null||Number.isNaN(t))return"\u2013";if(!Number.isFinite(t))return t>0?"\u221E":"\u2212\u221E";let n=t.toFixed(e);return Number(n)===0?n.replace("-",""):n.replace("-","\u2212")}function oe(t,e=1){let n=R(t==null?t:100*t,e);return n==="\u2013"?n:`${n}\xA0%`}var Un=t=>t.toLocaleString("en");function re(t){return typeof t=="number"?t:t==="Infinity"?Number.POSITIVE_INFINITY:t==="-Infinity"?Number.NEGATIVE_INFINITY:Number.NaN}function Xn(t){let e=[];for(let n of[...t].sort((o,r)=>o-r)){let o=e.at(-1);o&&o[1]===n-1?o[1]=n:e.push([n,n])}return e.map(([n,o])=>n===o?`${n}`:`${n}-${o}`).join(",")}function Vn(t){let e=new Set;for(let n of t.split(",")){let o=/^(\d{1,5})(?:-(\d{1,5}))?$/.exec(n);if(!o)return null;for(let r=Number(o[1]);r<=Number(o[2]??o[1]);r+=1)e.add(r)}return[...e].sort((n,o)=>n-o)}function qn(t){let e=Math.round(t);return e<60?`${e} s`:e<3600?`${Math.floor(e/60)} min ${e%60} s`:`${Math.floor(e/3600)} h ${Math.floor(e%3600/60)} min`}var Ut=["interventions","examples"],Jt=["blocks",...Ut],Gn=/^[A-Za-z0-9_-]{1,64}$/,Kn=t=>Gn.test(t)?t:void 0,ge=t=>/^\d{1,9}$/.test(t)?Number(t):void 0,B=t=>t===null?null:String(t),G=t=>e=>t.find(n=>n===e),se=t=>e=>e===t?null:e,ie=t=>`one of ${t.join(", ")}`;function S(t,e){return[t,e]}var Wn=["both","train","validation"],Zn=[S("run",{name:"run",pages:Jt,write:B,read:Kn,what:"a run"}),S("others",{name:"with",pages:["blocks"],write:t=>t.join(",")||null,read:t=>{let e=t.split(",").filter(Boolean);return e.every(n=>Gn.test(n))&&e.length<4?e:void 0},what:`a list of at most ${3} runs`}),S("merged",{name:"seeds",pages:["blocks"],write:t=>t?"merged":null,read:t=>t==="merged"?!0:t==="this"?!1:void 0,what:"merged or this"}),S("checkpoint",{name:"checkpoint",pages:Ut,write:B,read:Kn,what:"a checkpoint"}),S("epoch",{name:"epoch",pages:Jt,write:(t,e)=>e.page==="blocks"||e.checkpoint===null?B(t):null,read:ge,what:"an epoch"}),S("split",{name:"split",pages:Jt,write:B,read:G(Wn),what:ie(Wn)}),S("block",{name:"block",pages:["blocks","interventions"],write:B,read:ge,what:"a block"}),S("chosen",{name:"blocks",pages:["blocks"],write:t=>Xn(t)||null,read:t=>Vn(t)??void 0,what:"a list of blocks like 0,4-7"}),S("reference",{name:"pin",pages:["blocks"],write:t=>t&&`${t.run}@${t.epoch}`,read:t=>{let e=/^([A-Za-z0-9_-]{1,64})@(\d{1,9})$/.exec(t);return e?{run:e[1],epoch:Number(e[2])}:void 0},what:"RUN@EPOCH"}),S("difference",{name:"difference",pages:["blocks"],write:t=>t?"1":null,read:t=>t==="1"?!0:t==="0"?!1:void 0,what:"0 or 1"}),S("metric",{name:"metric",pages:["blocks"],write:se(j.metric),read:G(te),what:ie(te)}),S("by",{name:"by",pages:["blocks"],write:se(j.by),read:G(te),what:ie(te)}),S("stages",{name:"lines",pages:["blocks"],write:t=>t?"stages":null,read:t=>t==="stages"?!0:t==="all"?!1:void 0,what:"all or stages"}),S("effective",{name:"update",pages:["blocks"],write:t=>t?"effective":null,read:t=>t==="effective"?!0:t==="branch"?!1:void 0,what:"branch or effective"}),S("plan",{name:"plan",pages:["interventions"],write:B,read:t=>t,what:"a plan"}),S("against",{name:"pin",pages:["interventions"],write:B,read:t=>t,what:"a plan"}),S("colour",{name:"colour",pages:["interventions"],write:se(j.colour),read:G(Ft),what:ie(Ft)}),S("borderlineAt",{name:"borderline",pages:["interventions"],write:se(j.borderlineAt),read:G(["last5","output"]),what:"last5 or output"}),S("group",{name:"group",pages:["examples"],write:se(j.group),read:G(Dt),what:ie(Dt)}),S("by_block",{name:"by",pages:["examples"],write:(t,e)=>e.group==="corrected"?B(t):null,read:ge,what:"a block"}),S("class",{name:"class",pages:["examples"],write:B,read:ge,what:"the number of a class"}),S("sort",{name:"sort",pages:["examples"],write:se(j.sort),read:G(Ht),what:ie(Ht)}),S("samples",{name:"n",pages:["examples"],write:se(j.samples),read:G(zt),what:ie(zt)}),S("index",{name:"index",pages:["examples"],write:B,read:ge,what:"the number of an image"}),S("images",{name:"images",pages:Ut,write:t=>t?.join(".")||null,read:t=>{let e=t.split(".").map(ge);return e.every(n=>n!==void 0)?[...new Set(e)].slice(0,24):void 0},what:"a list of images like 3.17.204"})],Qr=t=>encodeURIComponent(t).replace(/%(40|2C|3A)/g,decodeURIComponent).replace(/%20/g,"+");function ae(t){let e={};for(let[o,r]of Zn)r.pages.includes(t.page)&&(e[r.name]=r.write(t[o],t));let n=Object.entries(e).filter(([,o])=>o!==null&&o!=="");return n.length?`?${n.map(([o,r])=>`${o}=${Qr(r)}`).join("&")}`:""}function Xt(t,e){let n=new URLSearchParams(e),o=[],r={...j,page:t};for(let[s,i]of Zn){let a=i.pages.includes(t)?n.get(i.name):null;if(a===null||a==="")continue;let l=i.read(a);l===void 0?o.push(`${i.name} \u201C${a}\u201D is not ${i.what}: it is left out.`):r[s]=l}return t==="interventions"&&r.plan===null&&(r.plan=es(n)),{place:r,notices:o}}function es(t){return["drop","unroll"].flatMap(n=>t.get(n)?[`${n}=${t.get(n)}`]:[]).join(" ")||null}function Vt(t,e){let{run:n,checkpoint:o,epoch:r,split:s,images:i}=t;return{...j,page:e,run:n,epoch:r,...e==="blocks"?{}:{checkpoint:o,split:s==="both"?null:s,images:i}}}var ts=300,et=class{constructor(e,n,o){this.page=e;this.bar=n;this.changed=o;let{place:r,notices:s}=Xt(e,n.search());this.history=In(r),this.notices=s,this.leave=n.listen(()=>this.arrive())}page;bar;changed;history;notices;timer;leave;get state(){return this.history.now}get said(){return this.notices}get canUndo(){return this.history.past.length>0}get canRedo(){return this.history.future.length>0}do=e=>this.take(Fn(this.history,e));move=e=>this.take(Dn(this.history,e));settle=e=>this.take(jt(this.history,e));undo=()=>this.take(Hn(this.history));redo=()=>this.take(zn(this.history));dismiss=e=>{this.notices=this.notices.filter(n=>n!==e),this.changed()};take(e){if(e===this.history)return;let n=this.history.now;this.history=e,this.changed();let{run:o,checkpoint:r,merged:s,others:i}=e.now,a=n.run!==null&&(o!==n.run||r!==n.checkpoint);a||s!==n.merged||i!==n.others?this.write(a):this.timer===void 0&&(this.timer=setTimeout(()=>this.write(!1),ts))}write=(e=!1)=>{clearTimeout(this.timer),this.timer=void 0;let n=ae(this.state);n!==this.bar.search()&&this.bar.write(n,e)};arrive(){if(this.bar.search()===ae(this.state))return;clearTimeout(this.timer),this.timer=void 0;let{place:e,notices:n}=Xt(this.page,this.bar.search()),{past:o,future:r}=this.history,s=e.run===this.state.run;this.history={now:{...Ye,...e},past:s?o:[],future:s?r:[]},this.notices=n,this.changed()}close(){this.timer!==void 0&&this.write(),this.leave()}};var Yn=`/* One set of variables for each theme, one type scale and one spacing scale; everything else refers to them. */
:host {
  --text-xs: 11.5px;
  --text-s: 12.5px;
  --text-m: 14px;
  --text-l: 17px;
  --text-xl: 23px;
  --text-2xl: 32px;
  --space-0: 2px;
  --space-1: 4px;
  --space-2: 8px;
  --space-3: 12px;
  --space-4: 16px;
  --space-5: 24px;
  --space-6: 40px;
  --page: #f5f6f8;
  --surface: #ffffff;
  --sunken: #eef0f4;
  --ink: #1c2028;
  --muted: #59606f;
  --line: #e0e3e9;
  --accent: #364fc7;
  --accent-soft: #e7ecfd;
  --on-accent: #ffffff;
  --good: #0b7a5b;
  --good-soft: #dff5ec;
  --warn: #8a5200;
  --warn-soft: #fdf0d9;
  --bad: #b42318;
  --bad-soft: #fde7e4;
  --shadow: 0 1px 2px rgb(20 24 40 / 5%), 0 4px 16px rgb(20 24 40 / 4%);
  display: block;
  background: var(--page);
  color: var(--ink);
  font:
    var(--text-m) / 1.45 Inter,
    ui-sans-serif,
    system-ui,
    sans-serif;
  font-variant-numeric: tabular-nums;
  -webkit-font-smoothing: antialiased;
}
:host([data-theme="dark"]) {
  --page: #0e1014;
  --surface: #16191f;
  --sunken: #1e222a;
  --ink: #e6e9f0;
  --muted: #a2aaba;
  --line: #2a2f39;
  --accent: #a5b7ff;
  --accent-soft: #232c4d;
  --on-accent: #0e1014;
  --good: #5fd6a8;
  --good-soft: #12362a;
  --warn: #f2b75c;
  --warn-soft: #3a2a10;
  --bad: #ff9b8f;
  --bad-soft: #451b17;
  --shadow: none;
  color-scheme: dark;
}
:host([hidden]),
[hidden] {
  display: none;
}
* {
  box-sizing: border-box;
}
a {
  color: var(--accent);
}
p {
  margin: 0;
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
button,
select,
input,
textarea {
  font: inherit;
  color: inherit;
}
.icon {
  fill: currentColor;
  flex: none;
}
.hint {
  font-size: var(--text-s);
  color: var(--muted);
}

/* page */
.page {
  padding: var(--space-4) clamp(12px, 1.6vw, 40px) var(--space-6);
  min-height: var(--view-height, 0);
}
.page-head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: var(--space-2) var(--space-4);
  margin-bottom: var(--space-3);
  min-height: 36px;
}
.page-title {
  font-size: var(--text-xl);
  letter-spacing: -0.02em;
  margin: 0;
  font-weight: 700;
  line-height: 1.2;
}
.control {
  display: inline-flex;
  align-items: center;
  gap: var(--space-2);
  min-width: 0;
}
.control-label {
  font-size: var(--text-s);
  color: var(--muted);
  white-space: nowrap;
}
.status-line {
  display: inline-flex;
  align-items: center;
  gap: var(--space-3);
  font-size: var(--text-s);
  color: var(--muted);
}
.status,
.verdict {
  display: inline-block;
  width: max-content;
  padding: var(--space-0) var(--space-3);
  border-radius: 99px;
  font-size: var(--text-s);
  font-weight: 600;
  background: var(--sunken);
  color: var(--muted);
  white-space: nowrap;
}
.status.active {
  background: var(--accent-soft);
  color: var(--accent);
}
.status.good,
.verdict.holds {
  background: var(--good-soft);
  color: var(--good);
}
.status.warn,
.verdict.partly {
  background: var(--warn-soft);
  color: var(--warn);
}
.status.bad,
.verdict.no {
  background: var(--bad-soft);
  color: var(--bad);
}
.grid {
  display: grid;
  gap: var(--space-4);
  margin-bottom: var(--space-4);
}
.grid.three {
  grid-template-columns: repeat(3, minmax(0, 1fr));
}
.grid.two {
  grid-template-columns: repeat(2, minmax(0, 1fr));
}
.grid .wide {
  grid-column: 1 / -1;
}
.keys {
  margin-top: var(--space-2);
}

/* controls */
.select,
.picker-value,
.plan-text,
.field {
  min-height: 30px;
  padding: var(--space-1) var(--space-2);
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--surface);
  font-size: var(--text-s);
  max-width: 100%;
}
.select:disabled {
  opacity: 0.55;
}
.chip {
  display: inline-flex;
  align-items: center;
  gap: var(--space-1);
  min-height: 28px;
  padding: var(--space-0) var(--space-3);
  border: 1px solid var(--line);
  border-radius: 99px;
  background: var(--surface);
  font-size: var(--text-s);
  cursor: pointer;
  white-space: nowrap;
  text-decoration: none;
  color: var(--ink);
}
.chip:hover:not(:disabled) {
  background: var(--sunken);
}
.chip:disabled {
  color: var(--muted);
  opacity: 0.7;
  cursor: default;
}
.chip[aria-pressed="true"] {
  background: var(--accent-soft);
  color: var(--accent);
  border-color: transparent;
  font-weight: 600;
}
.chip.quiet {
  border-color: transparent;
  background: none;
}
.segmented {
  display: inline-flex;
  padding: 2px;
  border-radius: 9px;
  background: var(--sunken);
}
.segmented label {
  padding: 3px var(--space-3);
  border-radius: 7px;
  font-size: var(--text-s);
  color: var(--muted);
  cursor: pointer;
  white-space: nowrap;
}
.segmented label[data-on] {
  background: var(--surface);
  color: var(--ink);
  font-weight: 600;
  box-shadow: 0 1px 2px rgb(0 0 0 / 12%);
}
.segmented label:has(:focus-visible) {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}
.segmented input {
  position: absolute;
  opacity: 0;
  pointer-events: none;
}
.switch {
  display: inline-flex;
  align-items: center;
  gap: var(--space-2);
  font-size: var(--text-s);
  cursor: pointer;
  white-space: nowrap;
}
.switch input {
  appearance: none;
  width: 30px;
  height: 18px;
  margin: 0;
  border-radius: 99px;
  background: var(--muted);
  position: relative;
  cursor: pointer;
}
.switch input::after {
  content: "";
  position: absolute;
  inset: 2px auto 2px 2px;
  width: 14px;
  border-radius: 99px;
  background: var(--surface);
  transition: translate 0.12s;
}
.switch input:checked {
  background: var(--accent);
}
.switch input:checked::after {
  translate: 12px;
}
.switch:has(:disabled) {
  color: var(--muted);
  opacity: 0.6;
  cursor: default;
}
.picker {
  position: relative;
  min-width: 0;
}
.picker-value {
  display: flex;
  justify-content: space-between;
  gap: var(--space-3);
  width: clamp(190px, 22vw, 380px);
  cursor: pointer;
  text-align: left;
}
.picker-value > :first-child {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.picker-list {
  position: absolute;
  z-index: 60;
  top: calc(100% + 4px);
  left: 0;
  width: min(640px, 92vw);
  padding: var(--space-2);
  border: 1px solid var(--line);
  border-radius: 10px;
  background: var(--surface);
  box-shadow: 0 8px 30px rgb(0 0 0 / 18%);
}
.picker-list input {
  width: 100%;
  padding: var(--space-2);
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--page);
  font-size: var(--text-s);
}
.picker-list [role="listbox"] {
  display: grid;
  max-height: 340px;
  margin: var(--space-2) 0 0;
  overflow: auto;
  grid-template-columns: 18px minmax(120px, 1fr) repeat(5, max-content);
  column-gap: var(--space-3);
  font-size: var(--text-s);
}
.picker-list [role="option"] {
  display: grid;
  grid-column: 1 / -1;
  grid-template-columns: subgrid;
  padding: var(--space-1) var(--space-2);
  border-radius: 6px;
  cursor: pointer;
}
.picker-list [role="option"][data-active],
.picker-list [role="option"]:hover {
  background: var(--accent-soft);
}
.picker-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.picker-detail {
  color: var(--muted);
  white-space: nowrap;
}
.picker-list .hint {
  grid-column: 1 / -1;
  padding: var(--space-2);
}
.fold {
  position: relative;
}
.fold[open] {
  z-index: 50;
}
.fold-sign {
  display: grid;
  place-items: center;
  min-width: 26px;
  height: 26px;
  border-radius: 99px;
  list-style: none;
  cursor: pointer;
  color: var(--muted);
  font-weight: 600;
}
.fold-sign::-webkit-details-marker {
  display: none;
}
.fold-sign:hover,
.fold[open] .fold-sign {
  background: var(--sunken);
  color: var(--ink);
}
.fold-content {
  position: absolute;
  right: 0;
  top: 30px;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 10px;
  box-shadow: 0 8px 30px rgb(0 0 0 / 18%);
}
.fold.help .fold-content {
  width: min(340px, 78vw);
  padding: var(--space-3) var(--space-4);
}
.formula {
  display: block;
  margin-top: var(--space-2);
  padding: var(--space-2) var(--space-3);
  border-radius: 7px;
  background: var(--sunken);
  white-space: pre-wrap;
  font-size: var(--text-s);
}
.in-the-paper {
  margin-top: var(--space-2);
  font-size: var(--text-s);
  color: var(--muted);
}
.fold.menu .fold-content {
  display: flex;
  flex-direction: column;
  padding: var(--space-1);
  min-width: 190px;
}
.fold.menu button {
  padding: var(--space-2) var(--space-3);
  border: 0;
  border-radius: 7px;
  background: none;
  text-align: left;
  cursor: pointer;
}
.fold.menu button:hover {
  background: var(--accent-soft);
}
.notice {
  display: flex;
  align-items: center;
  gap: var(--space-3);
  margin-bottom: var(--space-3);
  padding: var(--space-2) var(--space-4);
  border-radius: 10px;
  background: var(--sunken);
}
.notice > :first-child {
  flex: 1;
}
.notice.warn {
  background: var(--warn-soft);
  color: var(--warn);
}
.notice.bad {
  background: var(--bad-soft);
  color: var(--bad);
}
.dismiss {
  display: grid;
  place-items: center;
  width: 26px;
  height: 26px;
  border: 0;
  border-radius: 99px;
  background: none;
  cursor: pointer;
}
.progress {
  width: 100%;
  height: 6px;
  appearance: none;
  border: 0;
  border-radius: 99px;
  overflow: hidden;
  background: var(--sunken);
}
.progress::-webkit-progress-bar {
  background: var(--sunken);
}
.progress::-webkit-progress-value {
  background: var(--accent);
}
.progress::-moz-progress-bar {
  background: var(--accent);
}

/* nothing to show */
.empty {
  display: grid;
  justify-items: center;
  gap: var(--space-3);
  max-width: 560px;
  margin: 12vh auto;
  text-align: center;
}
.empty h1 {
  margin: 0;
  font-size: var(--text-xl);
}
.empty p {
  color: var(--muted);
}
.empty-mark {
  width: 64px;
  height: 40px;
  border-bottom: 3px solid var(--line);
  border-radius: 0 0 40px 40px;
}
.empty-actions {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: center;
  gap: var(--space-3);
}
.button-link {
  display: inline-flex;
  align-items: center;
  height: 36px;
  padding: 0 var(--space-4);
  border-radius: 8px;
  font-weight: 600;
  text-decoration: none;
  background: var(--accent);
  color: var(--on-accent);
}
.button-link.light {
  background: var(--accent-soft);
  color: var(--accent);
}
.bones {
  display: grid;
  gap: var(--space-4);
}
.bones span {
  border-radius: 10px;
  background: var(--sunken);
}

/* panels and charts */
.panel {
  padding: var(--space-3) var(--space-3) var(--space-2);
  border: 1px solid var(--line);
  border-radius: 12px;
  background: var(--surface);
  box-shadow: var(--shadow);
  min-width: 0;
}
.panel-head {
  display: flex;
  align-items: center;
  gap: var(--space-2);
  min-height: 30px;
  margin-bottom: var(--space-0);
}
.panel-title {
  margin: 0;
  font-size: var(--text-m);
  font-weight: 650;
  white-space: nowrap;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  flex: 0 1 auto;
}
.panel-badge {
  font-size: var(--text-s);
  color: var(--muted);
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}
.panel-readout {
  flex: 1;
  text-align: right;
  font-size: var(--text-s);
  color: var(--accent);
  font-weight: 600;
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
  min-width: 0;
}
.panel-badge:has(+ .panel-readout:not(:empty)) {
  display: none;
}
.panel-legend {
  display: flex;
  gap: var(--space-3);
  font-size: var(--text-xs);
  color: var(--muted);
  white-space: nowrap;
  overflow: hidden;
}
.legend-entry {
  display: inline-flex;
  align-items: center;
  gap: var(--space-1);
}
.panel-tools {
  display: flex;
  opacity: 0.75;
}
.panel:hover .panel-tools,
.panel:focus-within .panel-tools {
  opacity: 1;
}
.panel-title {
  transition: none;
}
.panel[data-stale] .plot {
  opacity: 0.45;
}
.charts {
  display: flex;
  gap: var(--space-2);
  position: relative;
}
.charts.tall {
  height: clamp(250px, 30vh, 620px);
}
.charts.short {
  height: clamp(215px, 24vh, 480px);
}
.charts.low {
  height: clamp(170px, 18vh, 360px);
}
.plot {
  position: relative;
  flex: 1 1 0;
  min-width: 0;
  height: 100%;
  touch-action: pan-y;
}
.plot.pressed {
  cursor: crosshair;
}
.plot svg {
  display: block;
  position: absolute;
  inset: 0;
  overflow: visible;
  user-select: none;
}
.plot .marks {
  pointer-events: none;
}
.instead {
  display: grid;
  place-items: center;
  width: 100%;
  color: var(--muted);
  text-align: center;
}
.mark {
  fill: none;
  stroke: var(--muted);
  stroke-width: 1.2;
}
line.mark.hover {
  stroke: var(--accent);
  stroke-dasharray: 3 3;
}
line.mark.pick {
  stroke: var(--accent);
  stroke-width: 1.6;
}
line.mark.chosen {
  stroke: var(--warn);
  opacity: 0.7;
}
line.mark.now {
  stroke: var(--ink);
  opacity: 0.55;
}
rect.mark {
  stroke: none;
  fill: var(--accent);
  fill-opacity: 0.18;
}
rect.mark.pick {
  stroke: var(--accent);
  fill-opacity: 0.1;
}
rect.mark.brush {
  fill-opacity: 0.16;
}
.trail {
  stroke-width: 3.2;
}
.trail.hover {
  filter: brightness(1.15);
}

@media (max-width: 1100px) {
  .grid.three {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
  .grid.three > :last-child:nth-child(odd) {
    grid-column: 1 / -1;
  }
}
@media (max-width: 900px) {
  .grid.two {
    grid-template-columns: minmax(0, 1fr);
  }
}
@media (max-width: 640px) {
  .grid.three {
    grid-template-columns: minmax(0, 1fr);
  }
  .panel-legend {
    display: none;
  }
  .control {
    width: 100%;
  }
  .picker,
  .picker-value {
    width: 100%;
  }
}
@media (min-width: 2200px) {
  :host {
    --text-m: 15px;
    --text-s: 13.5px;
  }
}
@media (prefers-reduced-motion: reduce) {
  * {
    transition: none;
    animation: none;
  }
}
`;var Qn=`/* Blocks */
.said {
  display: flex;
  align-items: center;
  gap: var(--space-5);
  padding: var(--space-2) 0 var(--space-3);
}
.words {
  flex: 1;
  display: flex;
  align-items: baseline;
  gap: var(--space-3);
  min-width: 0;
}
.words p {
  text-wrap: pretty;
}
.large {
  display: flex;
  gap: var(--space-5);
  margin: 0;
}
.large dd {
  margin: 0;
  font-size: var(--text-2xl);
  font-weight: 700;
  letter-spacing: -0.02em;
  line-height: 1.1;
  min-width: 3ch;
}
.large dt {
  font-size: var(--text-xs);
  color: var(--muted);
  max-width: 17ch;
  line-height: 1.25;
}
.large > div {
  display: flex;
  flex-direction: column;
  cursor: help;
}
.scrubber {
  margin-bottom: var(--space-4);
  padding: var(--space-3) var(--space-4);
}
.net-row {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: var(--space-2) var(--space-4);
  margin-bottom: var(--space-2);
}
.net-row .segmented {
  margin-left: auto;
}
.convention {
  display: inline-flex;
  align-items: center;
  gap: var(--space-2);
}
.convention .fold-content {
  left: 0;
  right: auto;
}
.convention-name {
  padding: 0 var(--space-2);
  font-size: var(--text-s);
}
.net {
  display: flex;
  gap: var(--space-2);
  overflow-x: auto;
  padding: 2px 2px var(--space-1);
}
.net-stage {
  flex: var(--count) 1 0;
  min-width: calc(var(--count) * 15px);
}
.net-name {
  font-size: var(--text-xs);
  color: var(--muted);
}
.net-blocks {
  display: flex;
  gap: 2px;
  padding-top: 9px;
}
.net-block {
  position: relative;
  flex: 1;
  min-width: 13px;
  height: 46px;
  padding: 0;
  border: 1px solid transparent;
  border-radius: 5px;
  background: var(--sunken);
  cursor: pointer;
  font-size: 10px;
  font-weight: 600;
}
.net-block span {
  display: block;
  overflow: hidden;
}
.net-block::before {
  content: "";
  position: absolute;
  left: -2px;
  right: -2px;
  top: -8px;
  height: 7px;
  border: 1.3px solid var(--muted);
  border-bottom: 0;
  border-radius: 8px 8px 0 0;
  opacity: 0.5;
}
.net-block.projection::before {
  border-style: dashed;
  opacity: 0.9;
}
.net-block[data-mark="hover"] {
  border-color: var(--ink);
}
.net-block[data-mark="pick"] {
  border-color: var(--accent);
  outline: 2px solid var(--accent);
}
.net-block[data-mark="chosen"] {
  border-color: var(--warn);
  outline: 1.5px solid var(--warn);
}
.net-key {
  display: inline-flex;
  align-items: center;
  gap: var(--space-2);
  font-size: var(--text-xs);
  color: var(--muted);
}
.net-scale {
  width: 90px;
  height: 8px;
  border-radius: 99px;
}
.scrub-row {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: var(--space-2) var(--space-3);
  margin-top: var(--space-2);
}
.play {
  display: grid;
  place-items: center;
  width: 34px;
  height: 34px;
  border: 0;
  border-radius: 99px;
  background: var(--accent);
  color: var(--on-accent);
  cursor: pointer;
}
.slider {
  flex: 1 1 220px;
  accent-color: var(--accent);
  height: 22px;
}
.epoch {
  min-width: 76px;
}
.epoch strong {
  font-size: var(--text-l);
}
.facts {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(190px, 1fr));
  gap: var(--space-3);
  margin: var(--space-3) 0;
}
.facts dt {
  font-size: var(--text-s);
  color: var(--muted);
}
.facts dd {
  margin: 0;
  font-size: var(--text-l);
  font-weight: 650;
}

@media (max-width: 1100px) {
  .said {
    flex-direction: column;
    align-items: stretch;
    gap: var(--space-3);
  }
}
@media (max-width: 640px) {
  .words {
    flex-direction: column;
    gap: var(--space-1);
  }
  .large {
    gap: var(--space-3);
    justify-content: space-between;
  }
  .large dd {
    font-size: var(--text-xl);
  }
}
@media (min-width: 2200px) {
  .net-block {
    height: 64px;
    font-size: 12px;
  }
}
`;var eo=`/* Examples */
`;var to=`/* Interventions */
`;var oo=new CSSStyleSheet;oo.replaceSync(Yn+Qn+to+eo);function no(){let{documentElement:t,body:e}=document,n=t.dataset.mantineColorScheme??e.dataset.theme??t.dataset.theme;return n?n==="dark":e.dataset.jpThemeLight?e.dataset.jpThemeLight==="false":t.classList.contains("dark")||e.classList.contains("dark")||e.classList.contains("vscode-dark")?!0:matchMedia("(prefers-color-scheme: dark)").matches&&!e.classList.contains("vscode-light")}function is(t){if(t.altKey||t.ctrlKey||t.metaKey)return!0;let e=t.composedPath()[0];return e instanceof Element&&e.closest("input, textarea, select, details[open], [role=listbox], [contenteditable]")!==null}var as=90,tt=class{constructor(e,n,o){this.host=e;this.view=n;this.home=o;this.root=e.shadowRoot??e.attachShadow({mode:"open"}),this.root.adoptedStyleSheets=[oo],this.store=new et(n.page,o.bar,()=>this.draw()),this.loader=new Ge(o.source,()=>this.later()),this.listen(),this.draw()}host;view;home;root;store;loader;memory=new Ze;undo=[];look=no()?Lt:z;settled=[];asked=!1;closed=!1;drawn={content:null};listen(){let e=(r,s,i,a)=>{r.addEventListener(s,i,a),this.undo.push(()=>r.removeEventListener(s,i,a))};e(this.root,"click",r=>this.fold(r.target)),e(document,"click",r=>{r.composedPath().includes(this.host)?r.target.closest?.("#copy-link")&&this.store.write():this.fold(null)},!0),e(document,"keydown",r=>this.key(r)),e(window,"pagehide",()=>this.store.write());let n=new MutationObserver(()=>this.relook());for(let r of[document.documentElement,document.body])n.observe(r,{attributes:!0});this.undo.push(()=>n.disconnect()),e(matchMedia("(prefers-color-scheme: dark)"),"change",()=>this.relook());let o=setInterval(()=>this.play(),as);this.undo.push(()=>clearInterval(o))}relook(){let e=no()?Lt:z;e!==this.look&&(this.look=e,this.draw())}later(){this.asked||(this.asked=!0,queueMicrotask(()=>{this.asked=!1,this.draw()}))}draw(){if(this.closed||!this.store||!this.loader)return;let{store:e,home:n,look:o,memory:r}=this;this.host.dataset.theme=o.dark?"dark":"light",this.loader.drawing(s=>{let i=()=>this.loader.again(),a=l=>{this.settled.push(l)};this.drawn=this.view.draw({state:e.state,store:e,ask:s,look:o,home:n,memory:r,again:i,settle:a}),pe(this.drawn.content,this.root)});for(let s of this.settled.splice(0))e.do(s)}fold(e){for(let n of this.root.querySelectorAll("details.fold[open]"))(!e||!n.contains(e))&&n.removeAttribute("open")}key(e){let n=e.key==="Escape"?this.root.querySelector("details.fold[open]"):null;if(n){n.removeAttribute("open"),n.querySelector("summary")?.focus();return}if(!(e.composedPath().includes(this.host)||e.target===document.body)||e.defaultPrevented||is(e))return;let r=this.drawn.keys?.(e.key,e);r&&(e.preventDefault(),this.store.do(r))}play(){this.drawn.tick&&this.store.do(this.drawn.tick)}close(){this.closed=!0,this.store.close(),this.loader.close();for(let e of this.undo)e();pe(null,this.root)}};var ls=.2,cs=250,ds=t=>new Promise(e=>setTimeout(e,t)),nt=class{constructor(e,n=null){this.base=e;this.address=n}base;address;kind="service";async get(e){return(await this.fetch(e)).json()}async file(e){return(await this.fetch(e)).arrayBuffer()}image(e){return this.base+e}async probe(e,n,o){let r=await this.fetch(`/probe/${e}`,{method:"POST",headers:{"Content-Type":"application/json"},body:JSON.stringify({...n,wait:ls})}),s=await r.json();return r.status===202?this.follow(s,o):s}async fetch(e,n={}){let o;try{o=await fetch(this.base+e,n)}catch(s){throw n.signal?.aborted?s:new ee("The backend is not responding.")}if(o.ok)return o;if([502,503,504].includes(o.status))throw new ee("The backend is not responding.");let r=await o.json().catch(()=>({}));throw new fe(r.title??"Refused",r.detail??`The backend answered ${o.status}.`,o.status)}async follow(e,n){let{signal:o}=n,r=()=>{fetch(`${this.base}/jobs/${e.id}`,{method:"DELETE",keepalive:!0}).catch(()=>{})};o.aborted&&r(),o.addEventListener("abort",r,{once:!0});try{let s=e,i="0";for(;!o.aborted;){if(n.report(s.progress),s.state==="done")return s.result;if(s.state==="failed"||s.state==="cancelled"){let l=s.error;throw new fe(l?.title??`Job ${s.state}`,l?.detail??`Job ${s.id} was ${s.state}.`)}let a=await this.events(e.id,i,n).catch(()=>({seen:i,job:null}));i=a.seen,a.job===null&&await ds(cs),s=a.job??await this.get(`/jobs/${e.id}`)}throw new fe("Cancelled","It is not wanted any more.")}finally{o.removeEventListener("abort",r)}}async events(e,n,o){let r={Accept:"text/event-stream","Last-Event-ID":n},s=await this.fetch(`/jobs/${e}/events`,{headers:r,signal:o.signal}),i={seen:n,job:null},a=s.body?.pipeThrough(new TextDecoderStream).getReader(),l="";for(let d=await a?.read();d&&!d.done;d=await a?.read()){l+=d.value;let u=l.split(/\r?\n\r?\n/);l=u.pop()??"";for(let h of u){let f=new Map(h.split(/\r?\n/).map(v=>v.split(/: ?(.*)/s,2))),p=f.get("data");if(p===void 0)continue;i.seen=f.get("id")??i.seen;let g=JSON.parse(p);g.job?i.job=g.job:o.report(g.progress??0)}}return i}};var Te=()=>document.documentElement.dataset.prefix??"",ro=()=>window.dispatchEvent(new PopStateEvent("popstate",{state:history.state})),so=null;function io(){return so??=us(),so}function us(){let t=document.querySelector("[data-rest]")?.dataset??{};return{source:new nt(`${Te()}/api`,t.rest??location.origin),version:t.version??"",guarded:"token"in t,bar:{search:()=>location.search,write(e,n){let o=location.pathname+e;n?history.pushState(history.state,"",o):history.replaceState(history.state,"",o),ro()},listen(e){let n=()=>{location.pathname===o&&e()},o=location.pathname;return window.addEventListener("popstate",n),()=>window.removeEventListener("popstate",n)}},href:e=>Te()+e,go(e){history.pushState({},"",`${Te()}/${e.page}${ae(e)}`),ro()},paper:e=>`${Te()}/paper#paper-fig${e}`,pdf:ps,font:()=>Promise.resolve("")}}async function ps(t){let e={"Content-Type":"image/svg+xml"},n=await fetch(`${Te()}/figure.pdf`,{method:"POST",headers:e,body:t});if(n.ok&&n.headers.get("content-type")==="application/pdf")return n.blob();throw new Error(n.ok?(await n.json()).refused:`the dashboard answered ${n.status}`)}var ao=t=>`'${t.replace(/'/g,"'\\''")}'`,hs="application/vnd.plotly.v1+json";function lo({requests:t},e){let n=e.guarded?' -H "Authorization: Bearer $ITERSCOPE_TOKEN"':"";return t.map(({path:o,body:r})=>{let s=r===void 0?"":` -H 'Content-Type: application/json' -d ${ao(JSON.stringify(r))}`;return`curl -s ${ao(e.address+o)}${n}${s}
`}).join("")}function ye(t){return t==null?"None":typeof t=="boolean"?t?"True":"False":Array.isArray(t)?`[${t.map(ye).join(", ")}]`:typeof t=="object"?`{${Object.entries(t).map(([e,n])=>`${ye(e)}: ${ye(n)}`).join(", ")}}`:JSON.stringify(t)}function co(t,e,n){let o=e.guarded?`, "Authorization": f"Bearer {os.environ['ITERSCOPE_TOKEN']}"`:"",r=t.draw?"application/json":hs,s=t.requests.map(({path:i,body:a})=>`    (${ye(e.address+i)}, ${ye(a)}),
`);return[...n?[`# ${n}`]:[],"import json",...e.guarded?["import os"]:[],"from urllib.request import Request, urlopen","",t.draw?"import plotly.graph_objects as go":"import plotly.io as pio","",`requests = [
${s.join("")}]`,`headers = {"Accept": "${r}", "Content-Type": "application/json"${o}}`,"answers = [","    urlopen(Request(address, json.dumps(body).encode() if body else None, headers)).read()","    for address, body in requests","]",...t.draw?["figure = go.Figure()",t.draw.trim(),"figure.show()"]:["figures = [pio.from_json(answer) for answer in answers]","for figure in figures:","    figure.show()"],""].join(`
`)}var uo=(t,e,n)=>`
for answer, epoch in zip(answers, [${n.join(", ")}]):
    answer = json.loads(answer)
    for series in answer["series"]:
        if series["metric"] == "${t}":
            row = max(i for i, logged in enumerate(series["epochs"]) if logged <= epoch)
            values = [None if value is None else ${e} * value for value in series["values"][row]]
            figure.add_scatter(x=list(range(len(values))), y=values, name=f"{answer['run']}, epoch {epoch}, {series['split']}")
figure.update_layout(xaxis_title="block", yaxis_title="${t}")`,po=(t,e,n,o)=>`
answer = json.loads(answers[0])
(series,) = (s for s in answer["series"] if (s["metric"], s["split"]) == ("${t}", "${e}"))
columns = [[None if value is None else ${n} * value for value in column] for column in zip(*series["values"])]
${o?`figure.add_heatmap(x=series["epochs"], y=list(range(len(columns))), z=columns)
figure.update_layout(xaxis_title="epoch", yaxis_title="block")`:`for block, values in enumerate(columns):
    figure.add_scatter(x=series["epochs"], y=values, name=f"block {block}")
figure.update_layout(xaxis_title="epoch", yaxis_title="${t}")`}`,ho=(t,e,n)=>`
for answer in map(json.loads, answers):
    for scalar in answer["scalars"]:
        if f"{scalar['name']}/{scalar['split']}" in ${ye(t)}:
            values = [None if value is None else ${e} * value for value in scalar["values"]]
            figure.add_scatter(x=scalar["epochs"], y=values, name=f"{answer['run']}, {scalar['split']}")
figure.update_layout(xaxis_title="epoch", yaxis_title="${n}")`;var fs=Symbol.for("pv"),ms=0;function c(t,e,n,o,r,s){e||(e={});var i,a,l=e;if("ref"in l&&typeof t!="function")for(a in l={},e)a=="ref"?i=e[a]:l[a]=e[a];var d={type:t,props:l,key:n,ref:i,__k:null,__:null,__b:0,__e:null,__c:null,constructor:fs,__v:--ms,__i:-1,__u:0};return(r||s)&&(d.__source=r,d.__self=s),_.vnode&&_.vnode(d),d}function gs({label:t,children:e}){return c("label",{class:"control",children:[c("span",{class:"control-label",children:t}),e]})}function le(t){let{label:e,options:n,value:o,onChoose:r,none:s,disabled:i,hidden:a}=t,l=c("select",{class:"select",value:o,disabled:i??!1,"aria-label":e,onChange:d=>r(d.currentTarget.value),children:[s!==void 0&&c("option",{value:"",children:s}),n.map(d=>c("option",{value:d.value,selected:d.value===o,children:E(d.label)},d.value))]});return a?l:c(gs,{label:e,children:l})}var ys=0,qt=new Map;function bs(t){return qt.has(t)||qt.set(t,`choice-${++ys}`),qt.get(t)}function Ae(t){let{label:e,options:n,value:o,onChoose:r,disabled:s}=t,i=bs(e);return c("div",{class:"segmented",role:"radiogroup","aria-label":e,children:n.map(a=>c("label",{title:a.title,"data-on":a.value===o?"":void 0,children:[c("input",{type:"radio",name:i,value:a.value,checked:a.value===o,disabled:s??!1,onChange:()=>r(a.value)}),a.label]},a.value))})}function mo(t){return c("label",{class:"switch",children:[c("input",{type:"checkbox",role:"switch",checked:t.on,"aria-checked":t.on,disabled:t.disabled??!1,onChange:e=>t.onSwitch(e.currentTarget.checked)}),t.label]})}function ot(t){let{children:e,onPress:n,title:o,label:r,pressed:s,disabled:i,quiet:a}=t;return c("button",{type:"button",class:a?"chip quiet":"chip",onClick:n,disabled:i??!1,title:o,"aria-label":r,"aria-pressed":s,children:e})}function Ne(t){return c("details",{class:`fold ${t.kind}`,children:[c("summary",{class:"fold-sign",title:t.label,"aria-label":t.label,children:t.sign}),c("div",{class:"fold-content",children:t.children})]})}var fo="arXiv:1710.04773";function go({text:t,paper:e}){let{section:n,figures:o=[]}=t,r=/^\d/.test(n??"")?"section":"appendix";return c(Ne,{sign:"?",label:`What is \u201C${t.title}\u201D?`,kind:"help",children:[c("p",{children:t.help}),t.formula&&c("code",{class:"formula",children:t.formula}),(n||o.length>0)&&c("p",{class:"in-the-paper",children:[n?`${fo}, ${r} ${n}`:fo,o.map((s,i)=>c("span",{children:[i?", ":" \xB7 ",e?c("a",{href:e(s),children:["Figure ",s]}):`Figure ${s}`]},s))]})]})}function ce({name:t,size:e=16}){return c("svg",{class:"icon",width:e,height:e,viewBox:"0 0 16 16","aria-hidden":"true",children:c("path",{d:vs[t]})})}var vs={play:"M5 3.2v9.6l8-4.8z",pause:"M4.5 3h2.6v10H4.5zM8.9 3h2.6v10H8.9z",save:"M7.2 2h1.6v6l2.3-2.3 1.1 1.1L8 11 3.8 6.800l1.1-1.1L7.2 8zM3 12.400h10V14H3z",pin:"M6 2h4v1l-.6.600.5 4.200 1.900 1.700v1H8.700V14h-1.400v-3.500H4.200v-1l1.900-1.700.5-4.200L6 3z",dice:"M3.500 2h9A1.500 1.500 0 0 1 14 3.500v9a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 12.500v-9A1.500 1.500 0 0 1 3.500 2zM5.500 4.300a1.200 1.200 0 1 0 0 2.400 1.200 1.200 0 0 0 0-2.400zm5 5a1.200 1.200 0 1 0 0 2.400 1.200 1.200 0 0 0 0-2.400z",close:"M4 3 8 7l4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z"};function rt(t){let{kind:e,title:n,children:o,onDismiss:r,onAgain:s}=t;return c("div",{class:`notice ${e}`,role:e==="bad"?"alert":"status",children:[c("div",{children:[n&&c("strong",{children:n})," ",o]}),s&&c(ot,{onPress:s,children:"Try again"}),r&&c("button",{type:"button",class:"dismiss","aria-label":"Dismiss",onClick:r,children:c(ce,{name:"close",size:12})})]})}function de({title:t,children:e,actions:n}){return c("div",{class:"empty",role:"status",children:[c("div",{class:"empty-mark","aria-hidden":"true"}),c("h1",{children:t}),c("p",{children:e}),n&&c("div",{class:"empty-actions",children:n})]})}var yo=(t,e)=>t.href(`/${e.page}${ae(e)}`)??void 0;function Kt(t){let{home:e,to:n,children:o}=t,r=s=>{s.ctrlKey||s.metaKey||s.shiftKey||s.button!==0||(s.preventDefault(),e.go(n))};return c("a",{class:t.class??"",title:t.title??"",href:yo(e,n)??"#",onClick:r,children:o})}var Wt=t=>t.flatMap((e,n)=>n===0||e.stage!==t[n-1].stage?[n]:[]);function st(t){let e=Wt(t);return e.map((n,o)=>t.slice(n,e[o+1]??t.length))}var bo=t=>`Block ${t.index}, stage ${t.stage+1}${t.is_projection?": projection, its shortcut is not the identity":""}`;var Gt=11,P=t=>Math.round(100*t)/100;function vo(t,e,n){let o="M",r="";for(let s=0;s<e.length;s+=1){let i=n.y(e[s]);if(!Number.isFinite(i)){o="M";continue}r+=`${o}${P(n.x(t[s]))} ${P(i)}`,o="L"}return r}function ws({x:t,low:e,high:n},o){let r=[],s=[];for(let i=0;i<e.length;i+=1){let[a,l]=[o.y(e[i]),o.y(n[i])];!Number.isFinite(a)||!Number.isFinite(l)||(r.push(`${P(o.x(t[i]))} ${P(l)}`),s.push(`${P(o.x(t[i]))} ${P(a)}`))}return r.length?`M${r.join("L")}L${s.reverse().join("L")}Z`:""}var wo=(t,e)=>he[t.dash??"solid"].map(n=>P(n*e)).join(" ")||void 0;function xs({line:t,frame:e,look:n}){let o=t.size??6,r="",s="";for(let l=0;l<t.y.length;l+=1){let[d,u]=[P(e.x(t.x[l])),P(e.y(t.y[l]))];if(!Number.isFinite(u))continue;let h=4.4;t.hollow?.[l]?s+=`M${d} ${u-h}l${h} ${h}l${-h} ${h}l${-h} ${-h}Z`:t.marker==="triangle"?r+=`M${d} ${u-3.6}l3.6 6.4h-7.2Z`:r+=`M${d} ${u}h0`}let i=t.marker==="triangle",a=t.marker==="square"?"square":"round";return c(M,{children:[r&&c("path",{d:r,stroke:t.colour,"stroke-width":i?.5:o,"stroke-linecap":a,fill:i?t.colour:"none"}),s&&c("path",{d:s,stroke:t.colour,"stroke-width":"1.6",fill:n.paper})]})}function ks({line:t,frame:e,look:n}){return c("g",{opacity:t.opacity??1,class:"line",children:[!t.bare&&c("path",{d:vo(t.x,t.y,e),fill:"none",stroke:t.colour,"stroke-width":t.width,"stroke-dasharray":wo(t,t.width),"stroke-linejoin":"round","stroke-linecap":t.dash==="dot"?"round":"butt"}),t.marker&&c(xs,{line:t,frame:e,look:n})]})}function _s(t){let e=[];for(let n=0;n<=t.length;n+=1)t.length===1?e.push(t[0]-.5+n):n===0?e.push(t[0]-(t[1]-t[0])/2):n===t.length?e.push(t[n-1]+(t[n-1]-t[n-2])/2):e.push((t[n-1]+t[n])/2);return e}function Ss({cells:t,frame:e,look:n}){let o=t.rows[0]?.length??0;if(!o)return null;let r=_s(t.x),s=Math.max(e.left,e.x(r[0])),i=Math.min(e.right,e.x(r.at(-1))),a=Math.max(1,Math.round(i-s)),l=Object.assign(document.createElement("canvas"),{width:a,height:o}),d=l.getContext("2d");if(!d)return null;let u=d.createImageData(a,o),h=Q(t.diverging,n),[f,p]=t.limits,g=0;for(let w=0;w<a;w+=1){let y=e.x.invert(s+w+.5);for(;g<t.rows.length-1&&y>r[g+1];)g+=1;for(let m=0;m<o;m+=1){let b=t.rows[g][m];if(!Number.isFinite(b))continue;let x=Ee(h,(b-f)/(p-f||1));u.data.set([...x,255],4*((o-1-m)*a+w))}}d.putImageData(u,0,0);let v=e.y(o-.5);return c("image",{href:l.toDataURL(),x:s,y:v,width:i-s,height:e.y(-.5)-v,preserveAspectRatio:"none",style:"image-rendering: pixelated"})}function Ms({bars:t,frame:e}){let n="";for(let o=0;o<t.y.length;o+=1){let[r,s,i]=[e.x(t.low[o]),e.x(t.high[o]),e.y(t.y[o])];Number.isFinite(r+s)&&(n+=`M${P(r)} ${P(i)}H${P(s)}M${P(r)} ${i-4}v8M${P(s)} ${i-4}v8`)}return c("path",{d:n,stroke:t.colour,"stroke-width":"1.5"})}function $s({rule:t,frame:e,look:n}){let o=P(t.along==="x"?e.x(t.at):e.y(t.at));if(!Number.isFinite(o))return null;let r=t.along==="x"?`M${o} ${e.top}V${e.bottom}`:`M${e.left} ${o}H${e.right}`;return c(M,{children:[c("path",{d:r,stroke:t.colour,"stroke-width":t.name?1.5:1,"stroke-dasharray":wo(t,1.5)}),t.label&&c("text",{x:o+4,y:e.top-5,"font-size":Gt,fill:n.muted,children:t.label})]})}function Cs(t,e,n){switch(t.kind){case"line":return c(ks,{line:t,frame:e,look:n});case"band":return c("path",{d:ws(t,e),fill:t.colour,"fill-opacity":"0.14"});case"rule":return c($s,{rule:t,frame:e,look:n});case"stripe":{let[o,r]=[e.y(t.to),e.y(t.from)];return c("rect",{x:e.left,width:e.right-e.left,y:o,height:r-o,fill:t.colour,"fill-opacity":"0.14"})}case"bars":return c(Ms,{bars:t,frame:e});case"cells":return c(Ss,{cells:t,frame:e,look:n})}}function Ps({chart:t,frame:e,look:n}){let{left:o,right:r,top:s,bottom:i}=e,a=(o+r)/2,l=(s+i)/2,d=(u,h)=>u.ticks.map(([f])=>h(P(u(f)))).join("");return c("g",{"font-size":Gt,fill:n.muted,children:[t.y.grid!==!1&&c("path",{d:d(e.y,u=>`M${o} ${u}H${r}`),stroke:n.grid,"stroke-width":"1"}),t.x.grid!==!1&&c("path",{d:d(e.x,u=>`M${u} ${s}V${i}`),stroke:n.grid,"stroke-width":"1"}),c("path",{d:`M${o} ${i}H${r}`,stroke:n.grid,"stroke-width":"1"}),e.x.ticks.map(([u,h])=>c("text",{x:P(e.x(u)),y:i+15,"text-anchor":"middle",children:h},u)),e.y.ticks.map(([u,h])=>{let f=h.split(`
`);return f.map((p,g)=>c("text",{x:o-6,y:P(e.y(u))+4+13*(g-(f.length-1)/2),"text-anchor":"end",children:p},`${u} ${p}`))}),c("text",{x:a,y:i+32,"text-anchor":"middle","font-size":"12",children:t.x.title}),t.y.title&&c("text",{transform:`translate(13 ${l}) rotate(-90)`,"text-anchor":"middle","font-size":"12",children:t.y.title}),t.heading&&c("text",{x:o,y:13,"font-size":"12","font-weight":"600",fill:n.ink,children:t.heading})]})}function Es({chart:t,frame:e,look:n}){let o=Wt(t.blocks??[]);if(o.length<2)return null;let r=o.filter(i=>e.x(i-.5)>e.left-40&&e.x(i)<e.right),s=r.map(i=>P(e.x(i-.5))).filter(i=>i>e.left+1&&i<e.right).map(i=>`M${i} ${e.top}V${e.bottom}`).join("");return c("g",{"font-size":"10.5",fill:n.muted,children:[c("path",{d:s,stroke:n.muted,"stroke-width":"1","stroke-dasharray":"1 3"}),r.map(i=>c("text",{x:Math.max(e.left,P(e.x(i-.5))+2),y:e.top-6,children:["stage ",t.blocks[i].stage+1]},i))]})}function Rs({chart:t,frame:e,look:n,id:o}){if(!t.scale)return null;let{title:r,ramp:s,limits:i}=t.scale,{right:a,top:l,bottom:d}=e,u=Math.max(...i.map(Math.abs))>=10?0:2;return c("g",{"font-size":"10.5",fill:n.muted,children:[c("linearGradient",{id:o,x1:"0",y1:"1",x2:"0",y2:"0",children:s.map((h,f)=>c("stop",{offset:f/(s.length-1),"stop-color":h},h))}),c("rect",{x:a+10,y:l,width:"9",height:d-l,fill:`url(#${o})`}),c("text",{x:a+23,y:l+8,children:i[1].toFixed(u).replace("-","\u2212")}),c("text",{x:a+23,y:d,children:i[0].toFixed(u).replace("-","\u2212")}),c("text",{transform:`translate(${a+36} ${(l+d)/2}) rotate(-90)`,"text-anchor":"middle","font-size":Gt,children:r})]})}function it({chart:t,frame:e,look:n,id:o}){return c("g",{"font-family":n.font,children:[c("clipPath",{id:`${o}-clip`,children:c("rect",{x:e.left-1,y:e.top-5,width:e.right-e.left+2,height:e.bottom-e.top+10})}),c(Ps,{chart:t,frame:e,look:n}),c(Es,{chart:t,frame:e,look:n}),c("g",{"clip-path":`url(#${o}-clip)`,children:t.layers.map(r=>Cs(r,e,n))}),c(Rs,{chart:t,frame:e,look:n,id:`${o}-scale`})]})}function xo(t,e){return t.map(n=>{let o=`mark ${n.as}`;if(n.kind==="x"){let r=P(e.x(n.at));return r>=e.left-1&&r<=e.right+1?c("line",{class:o,x1:r,x2:r,y1:e.top,y2:e.bottom}):null}if(n.kind==="row"){let[r,s]=[e.y(n.at+.5),e.y(n.at-.5)];return c("rect",{class:o,x:e.left,width:e.right-e.left,y:r,height:s-r})}if(n.kind==="span"){let[r,s]=[e.x(Math.min(n.from,n.to)),e.x(Math.max(n.from,n.to))];return c("rect",{class:o,x:r,width:s-r,y:e.top,height:e.bottom-e.top})}return c("path",{class:`${o} trail`,d:vo(n.x,n.y,e),stroke:n.colour})})}function at(t,e){return t==null||e==null?NaN:t<e?-1:t>e?1:t>=e?0:NaN}function Ts(t,e){return t==null||e==null?NaN:e<t?-1:e>t?1:e>=t?0:NaN}function _o(t){let e,n,o;t.length!==2?(e=at,n=(a,l)=>at(t(a),l),o=(a,l)=>t(a)-l):(e=t===at||t===Ts?t:As,n=t,o=t);function r(a,l,d=0,u=a.length){if(d<u){if(e(l,l)!==0)return u;do{let h=d+u>>>1;n(a[h],l)<0?d=h+1:u=h}while(d<u)}return d}function s(a,l,d=0,u=a.length){if(d<u){if(e(l,l)!==0)return u;do{let h=d+u>>>1;n(a[h],l)<=0?d=h+1:u=h}while(d<u)}return d}function i(a,l,d=0,u=a.length){let h=r(a,l,d,u-1);return h>d&&o(a[h-1],l)>-o(a[h],l)?h-1:h}return{left:r,center:i,right:s}}function As(){return 0}function Ns(t){return t===null?NaN:+t}var So=_o(at),Ba=So.right,Ja=So.left,Ua=_o(Ns).center;var Xa=Mo($o),Va=Mo(Ls);function Mo(t){return function(e,n,o=n){if(!((n=+n)>=0))throw new RangeError("invalid rx");if(!((o=+o)>=0))throw new RangeError("invalid ry");let{data:r,width:s,height:i}=e;if(!((s=Math.floor(s))>=0))throw new RangeError("invalid width");if(!((i=Math.floor(i!==void 0?i:r.length/s))>=0))throw new RangeError("invalid height");if(!s||!i||!n&&!o)return e;let a=n&&t(n),l=o&&t(o),d=r.slice();return a&&l?(be(a,d,r,s,i),be(a,r,d,s,i),be(a,d,r,s,i),ve(l,r,d,s,i),ve(l,d,r,s,i),ve(l,r,d,s,i)):a?(be(a,r,d,s,i),be(a,d,r,s,i),be(a,r,d,s,i)):l&&(ve(l,r,d,s,i),ve(l,d,r,s,i),ve(l,r,d,s,i)),e}}function be(t,e,n,o,r){for(let s=0,i=o*r;s<i;)t(e,n,s,s+=o,1)}function ve(t,e,n,o,r){for(let s=0,i=o*r;s<o;++s)t(e,n,s,s+i,o)}function Ls(t){let e=$o(t);return(n,o,r,s,i)=>{r<<=2,s<<=2,i<<=2,e(n,o,r+0,s+0,i),e(n,o,r+1,s+1,i),e(n,o,r+2,s+2,i),e(n,o,r+3,s+3,i)}}function $o(t){let e=Math.floor(t);if(e===t)return Os(t);let n=t-e,o=2*t+1;return(r,s,i,a,l)=>{if(!((a-=l)>=i))return;let d=e*s[i],u=l*e,h=u+l;for(let f=i,p=i+u;f<p;f+=l)d+=s[Math.min(a,f)];for(let f=i,p=a;f<=p;f+=l)d+=s[Math.min(a,f+u)],r[f]=(d+n*(s[Math.max(i,f-h)]+s[Math.min(a,f+h)]))/o,d-=s[Math.max(i,f-u)]}}function Os(t){let e=2*t+1;return(n,o,r,s,i)=>{if(!((s-=i)>=r))return;let a=t*o[r],l=i*t;for(let d=r,u=r+l;d<u;d+=i)a+=o[Math.min(s,d)];for(let d=r,u=s;d<=u;d+=i)a+=o[Math.min(s,d+l)],n[d]=a/e,a-=o[Math.max(r,d-l)]}}var Is=Array.prototype,qa=Is.slice;var Fs=Math.sqrt(50),Ds=Math.sqrt(10),Hs=Math.sqrt(2);function lt(t,e,n){let o=(e-t)/Math.max(0,n),r=Math.floor(Math.log10(o)),s=o/Math.pow(10,r),i=s>=Fs?10:s>=Ds?5:s>=Hs?2:1,a,l,d;return r<0?(d=Math.pow(10,-r)/i,a=Math.round(t*d),l=Math.round(e*d),a/d<t&&++a,l/d>e&&--l,d=-d):(d=Math.pow(10,r)*i,a=Math.round(t/d),l=Math.round(e/d),a*d<t&&++a,l*d>e&&--l),l<a&&.5<=n&&n<2?lt(t,e,n*2):[a,l,d]}function Co(t,e,n){if(e=+e,t=+t,n=+n,!(n>0))return[];if(t===e)return[t];let o=e<t,[r,s,i]=o?lt(e,t,n):lt(t,e,n);if(!(s>=r))return[];let a=s-r+1,l=new Array(a);if(o)if(i<0)for(let d=0;d<a;++d)l[d]=(s-d)/-i;else for(let d=0;d<a;++d)l[d]=(s-d)*i;else if(i<0)for(let d=0;d<a;++d)l[d]=(r+d)/-i;else for(let d=0;d<a;++d)l[d]=(r+d)*i;return l}function ko(t,e,n){return e=+e,t=+t,n=+n,lt(t,e,n)[2]}function Po(t,e,n){e=+e,t=+t,n=+n;let o=e<t,r=o?ko(e,t,n):ko(t,e,n);return(o?-1:1)*(r<0?1/-r:r)}var Ka=zs(Math.random);function zs(t){return function(n,o=0,r=n.length){let s=r-(o=+o);for(;s;){let i=t()*s--|0,a=n[s+o];n[s+o]=n[i+o],n[i+o]=a}return n}}var js=6.5,Eo=t=>t.replace("-","\u2212");function Bs(t,e){let[n,o]=t.range;if(t.names)return t.names.filter(([i])=>i>=n&&i<=o).map(([i,a])=>[i,a]);if(t.step){let i=Math.max(1,Math.floor(e/26)),a=t.step*Math.ceil((o-n)/t.step/i),l=Math.ceil(n/a-1e-9),d=Math.floor(o/a+1e-9)-l+1;return Array.from({length:Math.max(0,d)},(u,h)=>[(l+h)*a,Eo(String((l+h)*a))])}if(t.log)return Js(n,o).map(i=>[i,Xs(i)]);let r=Math.max(2,Math.min(7,Math.round(e/44))),s=Math.max(0,-Math.floor(Math.log10(Po(n,o,r))+1e-9));return Co(n,o,r).map(i=>[i,Eo(i.toFixed(s))])}function Js(t,e){let[n,o]=[Math.floor(Math.log10(t)),Math.ceil(Math.log10(e))],r=Math.max(1,Math.ceil((o-n)/6)),s=Array.from({length:o-n+1},(l,d)=>n+d),i=l=>l.filter(d=>d>=t&&d<=e),a=i(s.filter(l=>l%r===0).map(l=>10**l));return a.length>1?a:i(s.flatMap(l=>[1,2,5].map(d=>d*10**l)))}var Us="\u2070\xB9\xB2\xB3\u2074\u2075\u2076\u2077\u2078\u2079";function Xs(t){let e=Math.round(Math.log10(t));return Math.abs(e)<3?String(Number(t.toPrecision(3))):Math.abs(Math.log10(t)-e)>1e-9?t.toExponential(0):`10${e<0?"\u207B":""}${[...String(Math.abs(e))].map(n=>Us[Number(n)]).join("")}`}function Ro(t,e,n){let o=t.log?Math.log:Number,[r,s]=[o(t.range[0]),o(t.range[1])],i=(n-e)/(s-r||1);return Object.assign(a=>e+(o(a)-r)*i,{invert:a=>{let l=r+(a-e)/i;return t.log?Math.exp(l):l},ticks:Bs(t,Math.abs(n-e))})}function ct(t,e,n){let o=t.heading?34:t.blocks?20:12,r=n-38,s=Ro(t.y,r,o),i=Math.max(0,...s.ticks.map(([,d])=>Math.max(...d.split(`
`).map(u=>u.length)))),a=Math.round((t.y.title?26:10)+js*i),l=e-(t.scale?62:12);return{width:e,height:n,left:a,right:l,top:o,bottom:r,x:Ro(t.x,a,l),y:s}}function Zt(t,e=[-.6,t-.4],n="block"){let o=e[1]-e[0];return{title:n,range:e,step:o<=13?1:o<=31?3:o<=64?6:12,grid:!1}}function dt(t,e){let[n,o]=[t[0]??0,t.at(-1)??0],r=e??(n===o?[n-.5,n+.5]:[n,o]);return{title:"epoch",range:r,grid:!1,...r[1]-r[0]<10?{step:1}:{}}}function O(t,e=.06){let n=Number.POSITIVE_INFINITY,o=Number.NEGATIVE_INFINITY;for(let s of t)Number.isFinite(s)&&(n=Math.min(n,s),o=Math.max(o,s));if(n>o)return null;let r=e*(o-n)||.05*Math.abs(o)||.05;return[n-r,o+r]}var I=(t,e)=>t&&e?[Math.min(t[0],e[0]),Math.max(t[1],e[1])]:t??e;function*To(t){for(let e of t.layers)if(e.kind==="line")for(let n=0;n<e.y.length;n+=1)yield[e.name,e.x[n],e.y[n],""];else if(e.kind==="band")for(let n=0;n<e.low.length;n+=1)yield[`${e.name}, low`,e.x[n],e.low[n],""],yield[`${e.name}, high`,e.x[n],e.high[n],""];else if(e.kind==="bars")for(let n=0;n<e.low.length;n+=1)yield[`${e.name}, low`,e.low[n],e.y[n],""],yield[`${e.name}, high`,e.high[n],e.y[n],""];else if(e.kind==="cells")for(let n=0;n<e.rows.length;n+=1){let o=e.rows[n];for(let r=0;r<o.length;r+=1)yield[e.name,e.x[n],r,o[r]]}else e.kind==="rule"&&e.name&&(yield e.along==="x"?[e.name,e.at,"",""]:[e.name,Number.NaN,e.at,""])}function Ao(t){let{run:e,checkpoint:n,epoch:o,split:r,images:s,seeds:i,plan:a,update:l,version:d,address:u}=t;return[[e&&`run ${e}`,n&&`checkpoint ${n}`,o&&`epoch ${o}`,r&&`split ${r}`,s&&`${Un(s)} images`,i&&i>1&&`mean of ${i} seeds`,a&&`plan ${a}`,l].filter(Boolean).join(" \xB7 "),[`Iterscope ${d}`,u].filter(Boolean).join(" \xB7 ")].map(E).filter(Boolean)}var Le={width:760,height:420},Yt=16,Vs=120,qs=t=>t.match(new RegExp(`.{1,${Vs}}`,"gu"))??[];function Ks({entries:t,y:e}){let n=Yt;return c("g",{"font-size":"11",fill:z.ink,children:t.map(({name:o,colour:r,dash:s})=>{let i=n;n+=46+6.4*o.length;let a=he[s??"solid"].map(l=>2*l).join(" ");return c("g",{children:[c("path",{d:`M${i} ${e-4}h20`,stroke:r,"stroke-width":"2","stroke-dasharray":a||void 0}),c("text",{x:i+26,y:e,children:E(o)})]},o)})})}function No(t,e){let n=Ao(t.origin).flatMap(qs),o=t.legend.length>1,r=34+12*n.length+(o?20:4),s=Le.height+r,i=Le.width/t.charts.length,a=document.createElement("div");pe(c("svg",{xmlns:"http://www.w3.org/2000/svg",width:Le.width,height:s,viewBox:`0 0 ${Le.width} ${s}`,children:[e&&c("style",{children:e}),c("rect",{width:"100%",height:"100%",fill:z.paper}),c("g",{"font-family":z.font,style:"font-variant-numeric: tabular-nums",children:[c("text",{x:Yt,y:"24","font-size":"15","font-weight":"600",fill:z.ink,children:E(t.title)}),n.map((d,u)=>c("text",{x:Yt,y:40+12*u,"font-size":"9",fill:z.muted,children:d},d)),o&&c(Ks,{entries:t.legend,y:r-6}),t.charts.map((d,u)=>c("g",{transform:`translate(${u*i} ${r})`,children:it({chart:d,frame:ct(d,i,Le.height),look:z,id:`export-${u}`})},d))]})]}),a);let l=new XMLSerializer().serializeToString(a.firstElementChild);return pe(null,a),l}var Ws=t=>{let e=typeof t=="number"&&!Number.isFinite(t)?"":String(t);return/[",\n]/.test(e)?`"${e.replace(/"/g,'""')}"`:e};function Lo(t){let e=t.charts.length>1,n=t.charts.map(s=>`${s.heading??""} x: ${s.x.title}; y: ${s.y.title}`.trim()),o=t.charts.flatMap(s=>[...To(s)].map(i=>(e?[s.heading??"",...i]:i).map(Ws).join(","))),r=[...e?["chart"]:[],"series","x","y","value"].join(",");return`# ${[t.title,...n,...Ao(t.origin)].join("; ")}
${[r,...o].join(`
`)}
`}async function Oo(t){let e=new Image;e.src=`data:image/svg+xml;base64,${Gs(new TextEncoder().encode(t))}`,await e.decode();let n=Object.assign(document.createElement("canvas"),{width:2*e.width,height:2*e.height});return n.getContext("2d").drawImage(e,0,0,n.width,n.height),new Promise((o,r)=>n.toBlob(s=>s?o(s):r(new Error("the browser can't write PNG"))))}function Gs(t){let e="";for(let n=0;n<t.length;n+=32768)e+=String.fromCharCode(...t.subarray(n,n+32768));return btoa(e)}function ut(t,e){let n=URL.createObjectURL(e),o=Object.assign(document.createElement("a"),{href:n,download:t});document.body.append(o),o.click(),o.remove(),setTimeout(()=>URL.revokeObjectURL(n),1e4)}var Io=t=>`iterscope-${t.toLowerCase().replace(/[^a-z0-9ℓ]+/g,"-").replace(/^-|-$/g,"")}`;var Zs=4;function Ys(t,e){let[n,o,r,s]=[-1,-1,-1,-1];for(let a=0;a<t.y.length;a+=1){let l=t.y[a];Number.isFinite(l)&&(n<0&&(n=a),o=a,(r<0||l<t.y[r])&&(r=a),(s<0||l>t.y[s])&&(s=a))}if(n<0)return`${t.name}: no values.`;let i=a=>`${R(t.y[a],3)} at ${e} ${t.x[a]}`;return n===o?`${t.name}: ${i(n)}.`:`${t.name}: from ${i(n)} to ${i(o)}; lowest ${i(r)}, highest ${i(s)}.`}function Fo(t){let e=t.layers.filter(n=>n.kind==="line"&&!n.quiet);return e.length>Zs?`${e.length} lines against ${t.x.title}: ${t.y.title}.`:e.map(n=>Ys(n,t.x.title)).join(" ")}var Qs=4,ei=On(t=>it(t)),pt=class extends H{state={width:0,height:0,drag:null};box=null;observer=null;known=null;from=null;componentDidMount(){this.measure(),this.observer=new ResizeObserver(()=>this.measure()),this.box&&this.observer.observe(this.box)}componentWillUnmount(){this.observer?.disconnect()}measure(){let{clientWidth:e=0,clientHeight:n=0}=this.box??{};(e!==this.state.width||n!==this.state.height)&&this.setState({width:e,height:n})}frame(){let{width:e,height:n}=this.state,{chart:o}=this.props;return(this.known?.chart!==o||this.known.width!==e||this.known.height!==n)&&(this.known={chart:o,width:e,height:n,frame:ct(o,e,n)}),this.known.frame}under(e){let n=this.frame(),o=this.box.getBoundingClientRect(),[r,s]=[e.clientX-o.left,e.clientY-o.top];return r<n.left-2||r>n.right+2||s<n.top-6||s>n.bottom+6?null:[n.x.invert(r),n.y.invert(s)]}move=e=>{if(this.from!==null&&this.props.onDrag){let o=this.frame().x.invert(e.clientX-this.box.getBoundingClientRect().left);(Math.abs(this.frame().x(o)-this.frame().x(this.from))>=Qs||this.state.drag)&&this.setState({drag:[this.from,o]});return}let n=this.under(e);this.props.onPoint?.(n?n[0]:null,n?n[1]:Number.NaN)};down=e=>{let n=e.button===0?this.under(e):null;n&&(this.from=n[0],this.props.onDrag&&this.box.setPointerCapture(e.pointerId))};up=e=>{let{from:n}=this,{drag:o}=this.state;if(this.from=null,n===null)return;if(o){this.setState({drag:null}),this.props.onDrag?.(o[0]<o[1]?o:[o[1],o[0]]);return}let r=this.under(e);r&&this.props.onPress?.(r[0],r[1],e.shiftKey||e.ctrlKey||e.metaKey)};cancel=()=>{this.from=null,this.setState({drag:null})};key=e=>{let n={ArrowRight:1,ArrowUp:1,ArrowLeft:-1,ArrowDown:-1}[e.key];n===void 0||!this.props.onStep||e.ctrlKey||e.metaKey||e.altKey||(e.preventDefault(),e.stopPropagation(),this.props.onStep(n))};render(){let{id:e,chart:n,look:o,label:r,onPoint:s,onDrag:i,onPress:a,onStep:l}=this.props,{width:d,height:u,drag:h}=this.state,p=d>60&&u>60?this.frame():null,g=h?[{kind:"span",from:h[0],to:h[1],as:"brush"}]:[];return c("div",{class:`plot${a?" pressed":""}`,ref:v=>{this.box=v},role:"img","aria-label":`${r} ${Fo(n)}`,tabIndex:l?0:void 0,onPointerMove:this.move,onPointerLeave:()=>s?.(null,Number.NaN),onPointerDown:this.down,onPointerUp:this.up,onPointerCancel:this.cancel,onDblClick:()=>i?.(null),onKeyDown:this.key,"data-plot":e,children:p&&c(M,{children:[c("svg",{width:d,height:u,"aria-hidden":"true",children:c(ei,{chart:n,frame:p,look:o,id:e})}),c("svg",{class:"marks",width:d,height:u,"aria-hidden":"true",children:xo([...this.props.marks,...g],p)})]})})}};function ti({entries:t}){return c("div",{class:"panel-legend",children:t.map(({name:e,colour:n,dash:o})=>c("span",{class:"legend-entry",children:[c("svg",{width:"20",height:"8","aria-hidden":"true",children:c("path",{d:"M1 4h18",stroke:n,"stroke-width":"2.4","stroke-dasharray":he[o??"solid"].map(r=>2*r).join(" ")||void 0,"stroke-linecap":o==="dot"?"round":"butt"})}),E(e)]},e))})}function Do(t,e){let n=t.textContent;t.textContent=e,setTimeout(()=>{t.textContent=n},1600)}async function ni(t){try{return await navigator.clipboard.writeText(t),!0}catch{let e=Object.assign(document.createElement("textarea"),{value:t});document.body.append(e),e.select();let n=document.execCommand("copy");return e.remove(),n}}async function oi(t,e,n){let o=Io(e.title);if(t==="csv")return ut(`${o}.csv`,new Blob([Lo(e)],{type:"text/csv"}));let r=No(e,t==="pdf"?"":await n.font());t==="svg"?ut(`${o}.svg`,new Blob([r],{type:"image/svg+xml"})):ut(`${o}.${t}`,t==="png"?await Oo(r):await n.pdf(r))}function ri({figure:t,home:e,snippet:n}){let o=[["svg","SVG image"],...e.pdf?[["pdf","PDF"]]:[],["png","PNG image"],["csv","CSV of the plotted data"]],{address:r}=e.source,s=r===null?null:{address:r,guarded:e.guarded},i=s&&n?[["Copy as Python",()=>co(n,s,t.origin.address??"")],["Copy as cURL",()=>lo(n,s)]]:[];return c(Ne,{sign:c(ce,{name:"save",size:15}),label:`Save the figure \u201C${t.title}\u201D`,kind:"menu",children:[o.map(([a,l])=>c("button",{type:"button","data-export":a,onClick:({currentTarget:d})=>{let u=d.closest("details");oi(a,t,e).then(()=>u?.removeAttribute("open"),h=>Do(d,`Not saved: ${h.message}`))},children:l},a)),i.map(([a,l])=>c("button",{type:"button","data-copy":a.split(" ").at(-1).toLowerCase(),onClick:async({currentTarget:d})=>Do(d,await ni(l())?"Copied":"Copy failed"),children:a},a))]})}function Oe(t){let{id:e,text:n,charts:o,look:r,home:s,origin:i,legend:a=[],badge:l,readout:d,controls:u,snippet:h=null,instead:f}=t,p={title:n.title,charts:o,legend:a,origin:{...i,address:s.source.address===null?"":location.href}};return c("section",{class:`panel${t.wide?" wide":""}`,id:e,"data-stale":t.stale?"":void 0,children:[c("div",{class:"panel-head",children:[c("h2",{class:"panel-title",title:n.title,children:n.title}),l&&c("span",{class:"panel-badge",children:l}),c("span",{class:"panel-readout",children:d}),!d&&a.length>0&&c(ti,{entries:a}),u&&c("div",{class:"panel-controls",children:u}),c("div",{class:"panel-tools",children:[c(go,{text:n,paper:s.paper}),c(ri,{figure:p,home:s,snippet:h})]})]}),c("div",{class:`charts ${t.height??"tall"}`,children:f?c("div",{class:"instead",children:f}):o.map((g,v)=>c(pt,{id:`${e}-${v}`,chart:g,look:r,marks:t.marks?.(g,v)??[],label:`${[n.title,g.heading].filter(Boolean).join(", ")}. ${n.help}`,...t.handlers?.(g,v)},g.heading??v))})]})}var zo=["train","validation"];function si(t){let e=Number(new DataView(t).getBigUint64(0,!0)),n=JSON.parse(new TextDecoder().decode(new Uint8Array(t,8,e))),{__metadata__:o={},...r}=n,s=new Map;for(let[i,a]of Object.entries(r)){let[l,d]=a.data_offsets;s.set(i,new Float32Array(t,8+e+l,(d-l)/4))}return{arrays:s,metadata:o}}function ht(t,e){let n=0,o=t.length;for(;n<o;){let r=n+o>>1;t[r]<=e?n=r+1:o=r}return n-1}var Ho=(t,e)=>t?[Math.min(t[0],e[0]),Math.max(t[1],e[1])]:e,ft=class t{constructor(e,n,o){this.header=e;this.series=n;this.scalars=o}header;series;scalars;static read(e){let{arrays:n,metadata:o}=si(e),{series:r,scalars:s,...i}=JSON.parse(o.curves??"{}"),a=i.blocks.length;return new t(i,new Map(r.map(({metric:l,split:d,epochs:u})=>{let h=n.get(`${l}/${d}`),f=u??i.epochs;return[`${l}/${d}`,{epochs:f,rows:f.map((p,g)=>h.subarray(g*a,(g+1)*a))}]})),new Map(s.map(({name:l,split:d,epochs:u})=>{let h=`${l}/${d??""}`,f={epochs:u??i.epochs,values:n.get(`${h}/value`),std:n.get(`${h}/std`)??null};return[h,f]})))}get blocks(){return this.header.blocks}get epochs(){return this.header.epochs}get first(){return this.epochs[0]??0}get last(){return this.epochs.at(-1)??0}get seeds(){return this.header.merged?.n??1}metric(e){return this.header.metrics[e]??{title:e,axis:e,unit:1,diverging:!1,bounds:null}}row(e,n,o){let r=this.series.get(`${e}/${n}`);return r?.rows[ht(r.epochs,o)]??null}claim(e){let{claims:n}=this.header;return n[ht(n.map(o=>o.epoch),e)]??null}with(e){let n=(a,l,d)=>{let u=new Map(a);for(let[h,f]of l){let p=u.get(h);u.set(h,p?d(p,f):f)}return u},o={...this.header.ranges};for(let[a,l]of Object.entries(e.header.ranges))o[a]=Ho(o[a],l);let r={...this.header.limits};for(let[a,l]of Object.entries(e.header.limits))r[a]=Ho(r[a],l);let s=[...new Set([...this.epochs,...e.epochs])].sort((a,l)=>a-l),i=new Map([...this.header.claims,...e.header.claims].map(a=>[a.epoch,a]));return new t({...e.header,epochs:s,ranges:o,limits:r,claims:[...i.values()].sort((a,l)=>a.epoch-l.epoch)},n(this.series,e.series,(a,l)=>{let d=new Map(a.epochs.map((h,f)=>[h,a.rows[f]]));l.epochs.forEach((h,f)=>{d.set(h,l.rows[f])});let u=[...d.keys()].sort((h,f)=>h-f);return{epochs:u,rows:u.map(h=>d.get(h))}}),n(this.scalars,e.scalars,(a,l)=>{if(l.epochs.length>=a.epochs.length)return l;let d=new Map(a.epochs.map((h,f)=>[h,a.values[f]]));l.epochs.forEach((h,f)=>{d.set(h,l.values[f])});let u=[...d.keys()].sort((h,f)=>h-f);return{epochs:u,values:Float32Array.from(u,h=>d.get(h)),std:null}}))}};var ii=["cosine_loss","cosine_loss_std","l2_ratio","l2_ratio_std","early_exit_accuracy"],Qt=["activation_norm","cosine_loss_plugged"],en=1e3,ai=5e3,J=t=>t.status==="running"||t.status==="queued",li=t=>({...t,name:E(t.name),dataset:E(t.dataset),architecture:E(t.architecture),notes:E(t.notes)}),ci=(t,e)=>t.created_at<e.created_at?1:-1,Jo=(t,e)=>async n=>{let o=await t(n);return JSON.stringify(o)===JSON.stringify(e)?e:o},jo=async t=>(await t.get("/runs")).runs.map(li).sort(ci),Uo={key:"runs",computed:!1,ask:jo,renew:t=>({after:t.some(J)?en:ai,ask:Jo(jo,t)})},Bo=t=>async e=>(await e.get(`/checkpoints?run=${encodeURIComponent(t)}`)).checkpoints.map(n=>({...n,name:E(n.name)})),mt=(t,e)=>({key:`checkpoints ${t}`,computed:!1,ask:Bo(t),renew:n=>e?{after:en,ask:Jo(Bo(t),n)}:null});function tn(t,e,n){let o=(n?Qt:ii).map(i=>`metric=${i}`).join("&"),r=`/runs/${encodeURIComponent(t)}/curves?${o}`,s=async(i,a)=>ft.read(await i.file(r+a));return{key:`curves ${r} ${e}`,computed:!1,ask:i=>s(i,e?"&merge=seeds":""),renew:i=>e||!J(i.header)?null:{after:en,ask:async a=>{let l=await s(a,`&since=${i.header.cursor}`);return l.header.cursor===i.header.cursor&&l.header.status===i.header.status?i:i.with(l)}}}}function nn(t,e,n=0){return{key:`${t} ${JSON.stringify(e)}`,rest:n,computed:!0,ask:(o,r)=>o.probe(t,e,r)}}var di=200,we=class extends H{state={open:!1,text:"",active:0};root=Xe();field=Xe();opener=Xe();found(){let e=this.state.text.toLowerCase().split(/\s+/).filter(Boolean);return this.props.entries.filter(o=>{let r=[o.label,...o.details,o.value].join(" ").toLowerCase();return e.every(s=>r.includes(s))}).slice(0,di)}open=()=>{let e=this.props.entries.findIndex(n=>this.props.chosen.includes(n.value));this.setState({open:!0,text:"",active:Math.max(0,e)},()=>{this.field.current?.focus(),this.reveal()})};close=e=>{this.setState({open:!1}),e&&this.opener.current?.focus()};reveal(){this.root.current?.querySelector('[data-active=""]')?.scrollIntoView({block:"nearest"})}take(e){if(!e)return;let{chosen:n,most:o,onChoose:r}=this.props;o===1?(this.close(!0),n.includes(e.value)||r([e.value])):n.includes(e.value)?r(n.filter(s=>s!==e.value)):n.length<o&&r([...n,e.value])}key=e=>{e.stopPropagation();let n=this.found(),{active:o}=this.state,s={ArrowDown:o+1,ArrowUp:o-1,Home:0,End:n.length-1}[e.key];s!==void 0?(e.preventDefault(),this.setState({active:Math.min(n.length-1,Math.max(0,s))},()=>this.reveal())):e.key==="Enter"?(e.preventDefault(),this.take(n[o])):e.key==="Escape"&&(e.preventDefault(),this.close(!0))};left=e=>{this.root.current?.contains(e.relatedTarget)||this.close(!1)};render(){let{label:e,entries:n,chosen:o,most:r,placeholder:s}=this.props,{open:i,text:a,active:l}=this.state,d=n.filter(f=>o.includes(f.value)),u=i?this.found():[],h=`picker-${e.toLowerCase().replace(/[^a-z]+/g,"-")}`;return c("div",{class:"picker",ref:this.root,onFocusOut:this.left,children:[c("button",{type:"button",class:"picker-value",ref:this.opener,"aria-haspopup":"listbox","aria-expanded":i,"aria-label":`${e}: ${d.map(f=>E(f.label)).join(", ")||s}`,onClick:()=>i?this.close(!0):this.open(),children:[c("span",{children:d.map(f=>E(f.label)).join(", ")||s}),c("span",{"aria-hidden":"true",children:"\u25BE"})]}),i&&c("div",{class:"picker-list",children:[c("input",{ref:this.field,type:"text",role:"combobox","aria-label":`Search: ${e}`,"aria-expanded":"true","aria-controls":h,"aria-activedescendant":u[l]?`${h}-${l}`:void 0,placeholder:"Type to search",value:a,onInput:f=>this.setState({text:f.currentTarget.value,active:0}),onKeyDown:this.key}),c("div",{id:h,role:"listbox","aria-label":e,"aria-multiselectable":r>1,tabIndex:-1,children:[u.map((f,p)=>c("div",{id:`${h}-${p}`,role:"option",tabIndex:-1,"aria-selected":o.includes(f.value),"data-active":p===l?"":void 0,"data-value":f.value,onPointerDown:g=>g.preventDefault(),onClick:()=>this.take(f),onKeyDown:this.key,children:[c("span",{class:"picker-check",children:o.includes(f.value)?"\u2713":""}),c("span",{class:"picker-name",children:E(f.label)}),f.details.map(g=>c("span",{class:"picker-detail",children:E(g)},g))]},f.value)),!u.length&&c("p",{class:"hint",children:["Nothing matches \u201C",E(a),"\u201D."]})]}),r>1&&o.length>0&&c("button",{type:"button",class:"chip",onClick:()=>this.props.onChoose([]),children:[c(ce,{name:"close",size:10})," Clear"]})]})]})}};var xe=t=>"all"in t;function ke(t){let{state:e,ask:n,settle:o}=t,r=n(Uo);if(r.state==="waiting")return c(bt,{away:r.away});if(r.state==="failed")return c(vt,{context:t,error:r.error});let s=r.value;if(!s.length)return c(hi,{context:t});let i=s.find(l=>l.id===e.run);if(i)return{all:s,run:i,notices:[]};let a=s[0];if(e.run===null){let l=e.page==="blocks"&&ue(a,s).length>1;return o($({run:a.id,merged:l})),{all:s,run:a,notices:[]}}return{all:s,run:a,notices:[`run \u201C${e.run}\u201D is not in this store: showing the newest run instead.`]}}function ue(t,e){return t.status==="completed"?[t,...e.filter(o=>t.siblings.includes(o.id)&&o.status==="completed")]:[t]}var ui=t=>t.slice(0,10),on=t=>({value:t.id,label:t.name,details:[t.architecture,t.dataset,t.seed===null?"":`seed ${t.seed}`,oe(typeof t.latest.validation_accuracy=="number"?t.latest.validation_accuracy:null),ui(t.created_at)].filter(e=>e&&e!=="\u2013")});function _e({context:t,shown:e}){let n=([o])=>{let r=e.all.find(s=>s.id===o);r&&t.store.do(Bn(r.id,r.blocks.length===e.run.blocks.length))};return c("div",{class:"control",children:[c("span",{class:"control-label",children:"run"}),c(we,{label:"Run",entries:e.all.map(on),chosen:[e.run.id],most:1,placeholder:"choose a run",onChoose:n})]})}function gt(t,e){let{state:n,ask:o}=t,r=o(mt(e.id,J(e)));if(r.state==="waiting")return c(bt,{away:r.away});if(r.state==="failed")return c(vt,{context:t,error:r.error});let s=r.value;if(!s.length)return c(fi,{run:e});let i=s.find(u=>u.id===n.checkpoint),a=i??(n.epoch===null?s[0]:rn(s,n.epoch)??s[0]),d=n.checkpoint!==null&&!i?[`checkpoint \u201C${n.checkpoint}\u201D is not in this store: showing another of this run instead.`]:[];return{all:s,checkpoint:a,notices:d}}function rn(t,e){let n=null;for(let o of t)o.epoch!==null&&o.epoch<=e&&(n===null||o.epoch>n.epoch)&&(n=o);return n}var pi=t=>t.epoch===null?t.name:`epoch ${t.epoch}${t.epoch===0?" (untrained)":""}`;function yt({context:t,shown:e,run:n}){let o=n.status==="imported"?r=>r.name:pi;return c(le,{label:"Checkpoint",value:e.checkpoint.id,options:e.all.map(r=>({value:r.id,label:o(r)})),onChoose:r=>t.store.do(Jn(r,e.all.find(s=>s.id===r)?.epoch??null))})}function Xo({run:t}){let e={running:"active",completed:"good",interrupted:"warn",failed:"bad",dead:"bad"},{fraction:n,seconds_left:o}=t.progress??{};return c("div",{class:"status-line","aria-live":"polite",children:[c("span",{class:`status ${e[t.status]??"plain"}`,children:t.status}),J(t)&&typeof n=="number"&&c("span",{children:[Math.round(100*n)," %",typeof o=="number"&&`, ${qn(o)} left`]})]})}function Se(t){let{store:e}=t.context;return c(M,{children:[e.said.map(n=>c(rt,{kind:"warn",onDismiss:()=>e.dismiss(n),children:n},n)),t.notices.map(n=>c(rt,{kind:"warn",children:n},n)),c("div",{class:"page-head",children:[c("h1",{class:"page-title",children:t.title}),t.children]})]})}function bt({away:t}){return c("div",{class:"loading",role:"status","aria-label":"Loading",children:t?c(de,{title:"Waiting for the backend",children:"It may still be starting. This page tries again by itself."}):c("div",{class:"bones","aria-hidden":"true",children:[c("span",{style:"height: 40px"}),c("span",{style:"height: 150px"}),c("span",{style:"height: 320px"})]})})}function vt({context:t,error:e}){return c(rt,{kind:"bad",onAgain:t.again,children:e.message})}function hi({context:t}){let{href:e}=t.home,[n,o]=[e("/runs?new=demo"),e("/import")];return c(de,{title:"No runs yet",actions:n!==null&&o!==null&&c(M,{children:[c("a",{class:"button-link",href:n,children:"Start a run"}),c("code",{children:"iterscope train --recipe demo"}),c("a",{class:"button-link light",href:o,children:"Import a trained network"})]}),children:"This store contains no runs. The demo trains a ResNet-56 on handwritten digits in about a minute and a half on two CPU cores. Its curves appear here during training."})}function fi({run:t}){return c(de,{title:"No checkpoint yet",children:J(t)?`\u201C${t.name}\u201D has not saved a checkpoint yet. The first one is saved when training starts.`:"This run saved no checkpoint, so nothing can be measured on it. Choose another run, or train a new one."})}var Ko=300,mi=["cosine_loss","l2_ratio"],gi=t=>[t.metric,t.by].some(e=>Qt.includes(e));function sn(t,e){let n=t.name.replace(`, seed ${t.seed}`,"");return e>1?`${n}, mean of ${e} seeds`:t.name}function wt(t,e,n){let{state:o,ask:r,memory:s}=t,i=o.merged&&ue(e,n).length>1,a=r(tn(e.id,i,!1));if(a.state!=="done"||!gi(o))return a;let l=r(tn(e.id,i,!0));return l.state!=="done"?a:{state:"done",value:s.keep(`curves ${e.id}`,[a.value,l.value],()=>a.value.with(l.value))}}function xt(t,e,n,o){let{state:r,ask:s}=t,i=s(mt(e.id,J(e))),a=i.state==="done"?i.value:[],l=rn(a,o),d=u=>({checkpoint:l,answer:l&&u()});return{run:e,name:sn(e,n.seeds),curves:n,checkpoints:a,drop:d(()=>s(Wo(l))),effective:r.effective?d(()=>s(nn("block-metrics",{checkpoint:l.id,split:L(r),update:"effective"},Ko))):{checkpoint:l,answer:null}}}var Wo=t=>nn("drop",{checkpoint:t.id,split:"validation",blocks:"each"},Ko),Me=(t,e)=>t.effective&&mi.includes(e)?`${e}_effective`:e,Vo=new WeakMap;function Ie(t){let e=Vo.get(t)??yi(t);return Vo.set(t,e),e}function yi(t){let e=()=>new Float32Array(t.blocks.length).fill(Number.NaN),[n,o,r,s,i,a]=[e(),e(),e(),e(),e(),e()],l=re(t.baseline.accuracy);for(let d of t.plans){let[u,...h]=d.blocks;if(u===void 0||h.length)continue;let[f,p]=d.accuracy_interval??[null,null];n[u]=re(d.accuracy),o[u]=re(f),r[u]=re(p),s[u]=l-n[u],i[u]=l-r[u],a[u]=l-o[u]}return{accuracy:{mean:n,low:o,high:r},damage:{mean:s,low:i,high:a},baseline:l}}function X(t,e,n,o){if(e==="drop_accuracy"||e==="drop_damage"){let s=t.drop.answer?.value;if(!s||n!=="validation")return null;let{accuracy:i,damage:a}=Ie(s);return e==="drop_accuracy"?i:a}if(e.endsWith("_effective")){let s=t.effective.answer?.value;if(!s||s.split!==n)return null;let i=e.startsWith("cosine")?s.cosine_loss:s.l2_ratio;return qo(Float32Array.from(i.mean,re),Float32Array.from(i.std,re),null)}let r=t.curves.row(e,n,o);return r&&qo(r,t.curves.row(`${e}_std`,n,o),t.curves.metric(e).bounds)}function qo(t,e,n){if(!e)return{mean:t,low:null,high:null};let[o,r]=n??[Number.NEGATIVE_INFINITY,Number.POSITIVE_INFINITY];return{mean:t,low:t.map((s,i)=>Math.max(o,s-e[i])),high:t.map((s,i)=>Math.min(r,s+e[i]))}}function kt(t,e){return t.startsWith("drop")?["validation"]:t.endsWith("_effective")?[L(e)]:zo.filter(n=>U(e)==="both"||U(e)===n)}var U=t=>t.split??(t.others.length?"validation":"both");function _t(t,e,n){let{state:o,ask:r,memory:s}=t;if(n!=="drop_damage"){let l=e.curves.series.get(`${n}/${L(o)}`);return{epochs:l?.epochs??[],rows:l?.rows??[],measured:null}}let i=e.checkpoints.filter(l=>l.epoch!==null).toSorted((l,d)=>l.epoch-d.epoch),a=i.map(l=>r(Wo(l)).value);return s.keep("damage over epochs",[e.checkpoints,...a],()=>{let l=i.filter((d,u)=>a[u]);return{epochs:l.map(d=>d.epoch),rows:a.filter(d=>d!==void 0).map(d=>Ie(d).damage.mean),measured:`${l.length} of ${i.length} checkpoints measured`}})}var Go=(t,e)=>Math.min(e.last,Math.max(e.first,t.epoch??e.last)),an=(t,e)=>t.epochs[ht(t.epochs,e)]??e;var bi=["early_exit_accuracy","cosine_loss_plugged"],ln=t=>Array.from({length:t},(e,n)=>n),St=(t,e)=>e===1?t:t.map(n=>n*e);function Zo(t,e,n){if(!t)return{colour:qe[n],dash:Ke[n],width:2,size:n==="validation"?6:4,opacity:1};let[o,r]=[Pe[e],We[e]];return n==="validation"?{colour:o,dash:r,width:2.2,size:6,opacity:1}:{colour:o,dash:r,width:1.2,size:0,opacity:.7}}function Yo({lines:t,reference:e,state:n,epoch:o},r){let s=t[0],i=s.curves.metric(r),a=t.length>1,l=[],d=[],u=null;for(let f of kt(r,n)){let p=e&&X(e.line,r,f,e.epoch)?.mean;if(p&&!n.difference){let g=St(p,i.unit);d.push({kind:"line",name:`pinned, ${f}`,x:ln(g.length),y:g,colour:Ve,width:2,dash:"dash"}),u=I(u,O(g,.02))}t.forEach((g,v)=>{let w=X(g,r,f,o);if(!w)return;let{mean:y,low:m,high:b}=xi(w,n.difference?p??null:void 0,i.unit),x=Zo(a,v,f),T=a?`${g.name}, ${f}`:f,A=ln(y.length);m&&b&&(l.push({kind:"band",name:`${T}, ${vi(r,g.curves)}`,x:A,low:m,high:b,colour:x.colour}),u=I(u,I(O(m,0),O(b,0)))),d.push({kind:"line",name:T,x:A,y,colour:x.colour,dash:x.dash,width:x.width,opacity:x.opacity,...x.size?{marker:"circle",size:x.size}:{},hollow:g.curves.blocks.map(k=>k.is_projection)}),u=I(u,O(y,.02))})}r==="drop_accuracy"&&!n.difference&&d.push(...wi(t));let h=i.diverging||n.difference?[{kind:"rule",along:"y",at:0,colour:Ve}]:[];return{x:Zt(Qo(t),n.zoom??ki(t,r,n)),y:{title:i.axis+(n.difference?" \u2212 pinned":""),range:_i(t,r,i,n,u)},layers:[...l,...h,...d],blocks:s.curves.blocks}}var vi=(t,e)=>t.startsWith("drop")?"95 % interval":e.seeds>1?`\xB11 sd between ${e.seeds} seeds`:"\xB11 sd over images";function wi(t){return t.flatMap((e,n)=>{let o=e.drop.answer?.value?.baseline.accuracy,r=t.length>1?Pe[n]:Ve;return typeof o=="number"?[{kind:"rule",along:"y",at:100*o,colour:r,dash:"dash",name:"whole network"}]:[]})}function xi(t,e,n){let o=r=>e===void 0?St(r,n):r.map((s,i)=>n*(s-(e?.[i]??Number.NaN)));return{mean:o(t.mean),low:t.low&&o(t.low),high:t.high&&o(t.high)}}var Qo=t=>Math.max(...t.map(e=>e.curves.blocks.length));function ki(t,e,n){let o=[-.6,Qo(t)-.4];if(!bi.includes(e))return o;let r=kt(e,n).map(i=>X(t[0],e,i,t[0].curves.last)).find(Boolean),s=r?ln(r.mean.length).filter(i=>Number.isFinite(r.mean[i])):[];return s.length?[s[0]-.6,s.at(-1)+.6]:o}function _i(t,e,n,o,r){if(e==="drop_accuracy"&&!o.difference)return[-3,103];let s=null;if(!o.difference)for(let a of t){let l=a.curves.header.ranges[e];l&&(s=I(s,[l[0]*n.unit,l[1]*n.unit]))}let i=I(s,r&&O(r))??[0,1];return o.difference?I(i,[0,0]):i}function er(t,e,n,o){let r=t.metric(n),s=t.blocks.length,i=new Set(o.chosen),a=t.blocks.map((u,h)=>Float32Array.from(e.rows,f=>f[h]*r.unit)),l=O(a.flatMap(u=>[...u]))??[0,1],d=o.stages?st(t.blocks):[t.blocks];return d.map((u,h)=>({x:dt(e.epochs,o.epochZoom??void 0),y:{title:h?"":r.axis,range:l},...o.stages?{heading:`stage ${u[0].stage+1}`}:{},...h===d.length-1?{scale:{title:"block",ramp:Ot,limits:[0,s-1]}}:{},layers:u.map(f=>({kind:"line",name:`block ${f.index}`,x:e.epochs,y:a[f.index],colour:An(f.index,s),width:1.4,opacity:!i.size||i.has(f.index)?1:.13,...e.epochs.length===1?{marker:"circle",size:5}:{}}))}))}function tr(t,e,n,o,r,s){let i=t.metric(n),a=cn(t,e,n,o),l=t.blocks.length;return{x:dt(e.epochs,r.epochZoom??void 0),y:{...Zt(l,[-.5,l-.5]),grid:!1},layers:[{kind:"cells",name:i.title,x:e.epochs,rows:e.rows.map(d=>St(d,i.unit)),limits:a,diverging:i.diverging}],scale:{title:i.title,ramp:Q(i.diverging,s),limits:a}}}function cn(t,e,n,o){let{unit:r,diverging:s}=t.metric(n),i=t.header.limits[`${n}/${o}`];if(i)return[i[0]*r,i[1]*r];let a=O(e.rows.flatMap(d=>[...d]).map(d=>d*r),0)??[0,1],l=Math.max(Math.abs(a[0]),Math.abs(a[1]))||1;return s?[-l,l]:[Math.min(0,a[0]),a[1]||1]}function nr(t,e,n,o){let r=t.length>1,s=[],i=null,a=[];t.forEach((d,u)=>{for(let h of kt("accuracy",o)){let f=e(d.curves,h),p=f&&d.curves.scalars.get(f);if(!p)continue;let g=Zo(r,u,h),v=St(p.values,n.unit),w=r?`${d.name}, ${h}`:h,y=Si(p,n);if(y){let b=g.colour;s.push({kind:"band",name:`${w}, \xB11 sd between seeds`,x:p.epochs,...y,colour:b}),i=I(i,I(O(y.low,0),O(y.high,0)))}let m=p.epochs.length<40?{marker:"circle",size:5}:{};s.push({kind:"line",name:w,x:p.epochs,y:v,...g,...m}),i=I(i,O(n.log?v.filter(b=>b>0):v,n.log?0:.05)),p.epochs.length>a.length&&(a=p.epochs)}});let l=i??[0,1];return{x:dt(a,o.epochZoom??void 0),y:n.log?{title:n.title,range:[l[0]/1.2,l[1]*1.2],log:!0}:{title:n.title,range:n.bounds?[Math.max(l[0],n.bounds[0]),Math.min(l[1],n.bounds[1])]:l},layers:s}}function Si({values:t,std:e},{unit:n,bounds:o}){if(!e?.some(Number.isFinite))return null;let[r,s]=o??[Number.NEGATIVE_INFINITY,Number.POSITIVE_INFINITY];return{low:t.map((i,a)=>Math.max(r,n*(i-e[a]))),high:t.map((i,a)=>Math.min(s,n*(i+e[a])))}}var dn=t=>{let e=t instanceof Element?t.closest("[data-block]"):null;return e?Number(e.dataset.block):null};function or(t){let{blocks:e,values:n,limits:o,look:r,marked:s,hovered:i,chosen:a,onPoint:l,onPress:d,onMove:u}=t,h=Q(t.diverging,r),[f,p]=o,g=s??0,v=e.length-1;return c("div",{class:"net",role:"group","aria-label":"Blocks of the network: arrow keys move, Shift selects several",onPointerOver:y=>l(dn(y.target)),onPointerLeave:()=>l(null),onClick:y=>{let m=dn(y.target);m!==null&&d(m,y.shiftKey||y.ctrlKey||y.metaKey)},onKeyDown:y=>{let m=dn(y.target);if(m===null||y.ctrlKey||y.metaKey||y.altKey)return;let b={ArrowRight:Math.min(v,m+1),ArrowLeft:Math.max(0,m-1),Home:0,End:v}[y.key];if(b===void 0)return;y.preventDefault(),y.stopPropagation();let x=y.currentTarget.getRootNode();u(b,y.shiftKey),x.querySelector(`.net [data-block="${b}"]`)?.focus()},children:st(e).map(y=>c("div",{class:"net-stage",style:`--count: ${y.length}`,children:[c("span",{class:"net-name",children:["stage ",y[0].stage+1]}),c("div",{class:"net-blocks",children:y.map(m=>{let b=n?.[m.index]??Number.NaN,x=Number.isFinite(b)?Ee(h,(b-f)/(p-f||1)):null,T=m.index===i?"hover":m.index===s?"pick":a.includes(m.index)?"chosen":void 0,A=`${bo(m)}${x?`: ${R(b,3)}`:""}`;return c("button",{type:"button",class:m.is_projection?"net-block projection":"net-block",title:A,"aria-label":A,"aria-pressed":m.index===s||a.includes(m.index),tabIndex:m.index===g?0:-1,"data-block":m.index,"data-mark":T,style:x?`background: ${It(x)}; color: ${Nn(x)}`:void 0,children:c("span",{children:m.index})},m.index)})})]},y[0].index))})}function rr({limits:t,diverging:e,look:n}){let o=t[1]-t[0]>=10?0:2;return c("div",{class:"net-key",children:[c("span",{children:R(t[0],o)}),c("span",{class:"net-scale",style:`background: linear-gradient(to right, ${Q(e,n).join()})`}),c("span",{children:R(t[1],o)})]})}var Mi=100,$e=(t,e)=>n=>{let o=n.epoch??t.at(-1)??0,r=t.findLastIndex(i=>i<=o),s=Math.min(t.length-1,Math.max(0,r+e));return{...n,epoch:s===t.length-1?null:t[s]??null}},un=({first:t,last:e})=>n=>n.playing?{...n,playing:!1}:{...n,playing:!0,epoch:n.epoch===null||n.epoch>=e?t:n.epoch};function sr(t,{epochs:e}){if(!t.playing)return null;let n=$e(e,Math.max(1,Math.round(e.length/Mi)))(t);return()=>({...n,playing:n.epoch!==null})}function ir(t,e,n,o){let r=o.blocks.length-1,{block:s}=n;switch(t){case"ArrowLeft":return $e(o.epochs,-1);case"ArrowRight":return $e(o.epochs,1);case"ArrowUp":return Bt(s===null?0:Math.min(r,s+1));case"ArrowDown":return Bt(s===null?r:Math.max(0,s-1));case"Escape":return jn;case" ":return e.composedPath()[0]instanceof HTMLButtonElement?null:un(o);default:return null}}var ar={holds:"as in the paper",partly:"partly as in the paper",no:"not as in the paper",untrained:"untrained"},pn="Mean over images, band: \xB11 standard deviation.",hn=(t,e)=>e===1?t:{...t,help:t.help.replace(pn,`Mean over images and ${e} seeds, band: \xB11 standard deviation between seeds.`)},lr={title:"Cosine loss",help:`Cosine between a block\u2019s output and the loss gradient. Negative: the output points along \u2212\u2202L/\u2202h, so it lowers the loss. ${pn} Diamonds: projection blocks, measured at the shortcut\u2019s output.`,formula:"cos(F\u1D62(h\u1D62), \u2202L/\u2202h\u1D62) = F\u1D62 \xB7 \u2202L/\u2202h\u1D62 / (\u2016F\u1D62\u2016 \u2016\u2202L/\u2202h\u1D62\u2016)",section:"4.1",figures:[4,10]},cr={title:"\u21132 ratio",help:`How much a block changes the hidden state. Large: it computes new features. Small: it only refines them. ${pn}`,formula:"\u2016F\u1D62(h\u1D62)\u2016 / \u2016h\u1D62\u2016",section:"4.2",figures:[2,11]},dr={title:"Accuracy without block",help:"Accuracy with one block removed at a time (its branch set to 0) and all others as trained; the band is the 95 % interval. Measured on the latest checkpoint at or before the selected epoch.",formula:"F\u1D62 := 0,  h\u1D62\u208A\u2081 = shortcut(h\u1D62)",section:"4.2",figures:[3,12]},ur={title:"Over epochs",help:"The selected metric over training, one line per block, coloured by depth. Hover over a block in any panel to highlight its line.",formula:"the selected metric of block i after epoch t",section:"C",figures:[13,14]},pr={title:"Block \xD7 epoch",help:"The same values as a map: epochs on the x axis, blocks on the y axis.",formula:"the selected metric of block i after epoch t",section:"C",figures:[13,14]},hr={title:"Any metric",help:"\u201CAccuracy after block\u201D applies the network\u2019s own head to the hidden state after each block of the last stage: refinement increases accuracy gradually. \u201CHead plugged in\u201D applies the head directly to the block\u2019s input h\u1D62 and uses that loss gradient.",formula:`accuracy of head(h\u1D62\u208A\u2081), last stage
cos(F\u1D62, \u2202L(head(h\u1D62))/\u2202h\u1D62), last stage`,section:"4.2",figures:[5,13]},fr={title:"Gradient norm ratio",help:"Gradient norm at the first block of the first stage, divided by that at the first block of the last stage. Far above 1, early layers dominate learning.",formula:"r = \u2016\u2202L/\u2202h (first stage)\u2016 / \u2016\u2202L/\u2202h (last stage)\u2016",section:"4.5",figures:[8]},mr={title:"Network accuracy",help:"Accuracy over epochs: train on a fixed subset, validation on the whole split.",formula:"share of images with argmax p = label",section:"D",figures:[18,19]},gr={"pre-activation":["Nothing follows the addition: F is the complete update of a block.","h\u1D62\u208A\u2081 = h\u1D62 + F\u1D62(h\u1D62)"],"post-activation":["F is the branch output before the addition. A ReLU follows the addition, so the change of h differs from F. The switch \u201Ceffective update\u201D measures cosine loss and \u21132 ratio of that change instead.",`h\u1D62\u208A\u2081 = ReLU(h\u1D62 + F\u1D62(h\u1D62))
effective update: h\u1D62\u208A\u2081 \u2212 h\u1D62`],"identity merge":["All activations are inside the branch, and nothing follows the addition: F is the complete update of a block.","h\u1D62\u208A\u2081 = h\u1D62 + F\u1D62(h\u1D62)"]};function yr(t){let{accuracy:e,damage:n,baseline:o}=Ie(t),r=[...n.mean],s=r.filter(Number.isFinite);if(!s.length)return"";let i=r.indexOf(Math.max(...s)),a=Math.max(1,Math.floor(r.length/3)),l=Math.max(0,...r.slice(-a).filter(Number.isFinite)),d=a>1?`any one of the last ${a}`:"the last block";return`Dropping block ${i} changes accuracy from ${oe(o)} to ${oe(e.mean[i])}; ${d} costs at most ${R(100*l,1)} points.`}function br(t){let e=[...Ie(t).damage.mean];return 100*Math.max(0,...e.slice(-Math.max(1,Math.floor(e.length/3))).filter(Number.isFinite))}var $i={cosine_loss:"cosine loss",l2_ratio:"\u21132 ratio",early_exit_accuracy:"accuracy after block",activation_norm:"activation norm",cosine_loss_plugged:"cosine loss, head plugged in",drop_damage:"damage when dropped"},mn=te.map(t=>({value:t,label:$i[t]}));function vr({context:t,shown:e}){let{state:n,store:o}=t,r=new Set((n.merged?ue(e.run,e.all):[e.run]).map(i=>i.id)),s=e.all.flatMap(i=>{if(r.has(i.id))return[];let a=n.merged?ue(i,e.all):[i];for(let l of a)(!n.others.includes(l.id)||l===i)&&r.add(l.id);return[{...on(i),label:sn(i,a.length)}]});return c("div",{class:"control",children:[c("span",{class:"control-label",children:"compare with"}),c(we,{label:"Compare with",entries:s,chosen:n.others,most:3,placeholder:"other runs",onChoose:i=>o.do($({others:i,split:null}))})]})}function wr({context:t,shown:e}){let n=ue(e.run,e.all);return n.length<2?null:c(Ae,{label:"Seeds",value:t.state.merged?"merged":"this",options:[{value:"merged",label:`Mean of ${n.length} seeds`},{value:"this",label:"This run only"}],onChoose:o=>t.store.do($({merged:o==="merged"}))})}function xr({view:t}){let{lines:e,epoch:n,context:o}=t,r=e[0],s=r.curves.claim(n),i=r.drop.answer?.value,a=Math.max(1,Math.floor(r.curves.blocks.length/3)),l=a>1?`last ${a} blocks`:"last block",d=o.state.effective?Ci(t,a):null,u=d?d[0]:s?.cosine,h=d?d[1]:s?.ratio,f=r.drop.answer?.state==="waiting";return c("div",{class:"said",children:[c("div",{class:"words",children:[s&&c("span",{class:`verdict ${s.verdict}`,children:ar[s.verdict]}),c("p",{children:[s?.sentence," ",i?yr(i):""]})]}),c("dl",{class:"large",children:[c(fn,{name:`cosine loss, ${l}`,value:R(u),title:d?"cos(h\u1D62\u208A\u2081 \u2212 h\u1D62, \u2202L/\u2202h\u1D62)":"cos(F\u1D62(h\u1D62), \u2202L/\u2202h\u1D62)"}),c(fn,{name:`step length, ${l}`,value:R(h),title:d?"\u2016h\u1D62\u208A\u2081 \u2212 h\u1D62\u2016 / \u2016h\u1D62\u2016":"\u2016F\u1D62(h\u1D62)\u2016 / \u2016h\u1D62\u2016"}),c(fn,{name:"dropping any of them costs at most",value:i?`${R(br(i),1)} pt`:f?"\u2026":"\u2013",title:"F\u1D62 := 0, h\u1D62\u208A\u2081 = shortcut(h\u1D62)"})]})]})}function Ci({lines:t,epoch:e,context:n},o){let r=s=>{let i=X(t[0],s,L(n.state),e)?.mean,a=i?[...i.slice(-o)].filter(Number.isFinite):[];return a.length?a.reduce((l,d)=>l+d,0)/a.length:Number.NaN};return[r("cosine_loss_effective"),r("l2_ratio_effective")]}function fn({name:t,value:e,title:n}){return c("div",{title:n,children:[c("dd",{children:e}),c("dt",{children:t})]})}var Pi=[{value:"both",label:"Both"},{value:"train",label:"Train"},{value:"validation",label:"Validation"}];function kr({view:t}){let{lines:e,epoch:n,context:o,reference:r}=t,{state:s,store:i,look:a}=o,l=e[0],{curves:d}=l,u=Me(s,s.metric),h=u.startsWith("drop")?"validation":L(s),f=d.metric(u),p=X(l,u,h,n),g=p?.mean.map(b=>b*f.unit),v=p?{rows:[p.mean]}:_t(o,l,s.metric),w=cn(d,v,u,h),y=d.epochs.length===1,m=s.reference;return c("section",{class:"panel scrubber","aria-label":"Network and epoch",children:[c("div",{class:"net-row",children:[c(le,{label:"Metric of the strip and over epochs",hidden:!0,value:s.metric,options:mn,onChoose:b=>i.do($({metric:b}))}),c(rr,{limits:w,diverging:f.diverging,look:a}),c(Ei,{view:t}),c(Ae,{label:"Dragging in a chart",value:s.brushing?"select":"zoom",options:[{value:"zoom",label:"Drag zooms"},{value:"select",label:"chooses blocks"}],onChoose:b=>i.do($({brushing:b==="select"}))}),(s.zoom||s.epochZoom)&&c(ot,{onPress:()=>i.do($({zoom:null,epochZoom:null})),children:"Reset zoom"})]}),c(or,{blocks:d.blocks,values:g,limits:w,diverging:f.diverging,look:a,marked:s.block,hovered:s.hover,chosen:s.chosen,onPoint:b=>i.do(ne(b)),onPress:(b,x)=>i.do(me(b,x)),onMove:(b,x)=>i.do(T=>({...T,block:b,chosen:x?[...new Set([...T.chosen,T.block??b,b])].sort((A,k)=>A-k):T.chosen}))}),c("div",{class:"scrub-row",children:[!y&&c(M,{children:[c("button",{type:"button",class:"play","aria-label":s.playing?"Pause":"Play through the epochs",onClick:()=>i.do(un(d)),children:c(ce,{name:s.playing?"pause":"play"})}),c("input",{type:"range",class:"slider","aria-label":"Epoch",min:d.first,max:d.last,step:"1",value:n,onInput:b=>{let x=Number(b.currentTarget.value);i.do($({epoch:x===d.last?null:x,playing:!1}))}})]}),c("output",{class:"epoch",children:d.header.imported?c("span",{class:"control-label",children:"as imported"}):c(M,{children:[c("span",{class:"control-label",children:"epoch"})," ",c("strong",{children:n})]})}),c(ot,{onPress:()=>i.do($(m?{reference:null,difference:!1}:{reference:{run:l.run.id,epoch:n}})),pressed:m!==null,title:"Keep this run and epoch as a grey reference curve",children:m?`Pinned: ${r?.name??"\u2026"}`:"Pin"}),c(mo,{label:"difference",on:s.difference,disabled:!m,onSwitch:b=>i.do($({difference:b}))}),c(Ae,{label:"Split",value:U(s),options:Pi,onChoose:b=>i.do($({split:b}))})]})]})}function Ei({view:t}){let{lines:e,context:n}=t,o=e[0],r=o.run.origin==="trainer"||o.run.origin==="api"?"pre-activation":null,s=o.run.configuration.convention,i=o.drop.answer?.value?.provenance.convention,a=r??(typeof s=="string"?s:null)??i??null,l=a&&gr[a];return l?c("div",{class:"convention",children:[c(Ne,{sign:c("span",{class:"convention-name",children:a}),label:"Block convention of this network",kind:"help",children:[c("p",{children:l[0]}),c("code",{class:"formula",children:l[1]})]}),a==="post-activation"&&c(Ae,{label:"Update that is measured",value:n.state.effective?"effective":"branch",options:[{value:"branch",label:"branch F"},{value:"effective",label:"effective update"}],onChoose:d=>n.store.do($({effective:d==="effective"}))})]}):null}function $r(t){let e=ke(t);if(!xe(e))return{content:e};let{state:n}=t,{run:o,all:r}=e,s=wt(t,o,r),i=c(Se,{title:"Blocks",context:t,notices:e.notices,children:[c(_e,{context:t,shown:e}),c(vr,{context:t,shown:e}),c(wr,{context:t,shown:e}),c(Xo,{run:o})]});if(s.state==="waiting")return Mt(i,c(bt,{away:s.away}));if(s.state==="failed")return Mt(i,c(vt,{context:t,error:s.error}));let a=s.value;if(!a.epochs.length)return Mt(i,c(Ji,{context:t,run:o}));let l=Go(n,a),d=[xt(t,o,a,l)];for(let h of n.others){let f=r.find(g=>g.id===h),p=f&&wt(t,f,r);f&&p?.state==="done"&&d.push(xt(t,f,p.value,l))}let u={context:t,shown:e,lines:d,reference:Ri(t,e),epoch:l};return{...Mt(i,c(M,{children:[c(xr,{view:u}),c(kr,{view:u}),c(Ti,{view:u})]})),keys:(h,f)=>ir(h,f,n,a),tick:sr(n,a)}}var Mt=(t,e)=>({content:c("div",{class:"page blocks-page",children:[t,e]})});function Ri(t,e){let{reference:n}=t.state,o=n&&e.all.find(i=>i.id===n.run),r=o&&wt(t,o,e.all);return!n||!o||r?.state!=="done"?null:{line:xt(t,o,r.value,n.epoch),epoch:n.epoch,name:o.status==="imported"?o.name:`epoch ${n.epoch} of ${o.name}`}}function Ti({view:t}){let{lines:e,context:n}=t,{state:o}=n,r=e[0],s=r.curves.epochs.length===1,i=r.curves.seeds,a=c($t,{view:t,id:"blocks-exit",metric:Me(o,o.by),text:hr,height:"short",controls:c(le,{label:"Metric by block",hidden:!0,value:o.by,options:mn,onChoose:l=>n.store.do($({by:l}))})});return c(M,{children:[c("div",{class:"grid three",children:[c($t,{view:t,id:"blocks-cosine",metric:Me(o,"cosine_loss"),text:hn(lr,i)}),c($t,{view:t,id:"blocks-ratio",metric:Me(o,"l2_ratio"),text:hn(cr,i)}),c($t,{view:t,id:"blocks-drop",metric:"drop_accuracy",text:dr})]}),s?c("div",{class:"grid two",children:[a,c(zi,{view:t})]}):c(M,{children:[c("div",{class:"grid two",children:c(Fi,{view:t})}),c("div",{class:"grid three",children:[a,c(Sr,{view:t,id:"blocks-gradient"}),c(Sr,{view:t,id:"blocks-training"})]})]}),c("p",{class:"hint keys",children:"Keys: \u2190 \u2192 change the epoch, \u2191 \u2193 mark a block, Space plays, Esc lets go. In the strip and in a chart, \u2190 \u2192 move along it. Shift-click chooses several blocks."})]})}var Cr=t=>t.lines.length>1?t.lines.map((e,n)=>({name:e.name,colour:Pe[n],dash:We[n]})):["train","validation"].filter(e=>U(t.context.state)==="both"||U(t.context.state)===e).map(e=>({name:e,colour:qe[e],dash:Ke[e]}));function gn(t){let e=t.chosen.filter(n=>n!==t.block).map(n=>({kind:"x",at:n,as:"chosen"}));return t.block!==null&&e.push({kind:"x",at:t.block,as:"pick"}),t.hover!==null&&t.hover!==t.block&&e.push({kind:"x",at:t.hover,as:"hover"}),e}function Ai(t,e){let{state:n,store:o}=t,r=i=>Math.min(e-1,Math.max(0,Math.round(i))),s=([i,a])=>Array.from({length:e},(l,d)=>d).filter(l=>l>=i&&l<=a);return()=>({onPoint:i=>o.do(ne(i===null?null:r(i))),onPress:(i,a,l)=>o.do(me(r(i),l)),onDrag:i=>o.do($(n.brushing&&i?{chosen:s(i)}:{zoom:i})),onStep:i=>o.do(ne(r((n.hover??n.block??(i>0?-1:e))+i)))})}function Fe(t,e){return e.startsWith("drop")?t.drop:e.endsWith("_effective")?t.effective:null}function $t({view:t,id:e,metric:n,text:o,height:r,controls:s}){let{context:i,lines:a,reference:l,epoch:d}=t,{state:u,look:h,home:f,memory:p}=i,g=a[0],v=Fe(g,n),w=[n,d,h,...Ni(t)],y=p.keep(e,w,()=>Yo({lines:a,reference:l,state:u,epoch:d},n)),m=u.hover??u.block;return c(Oe,{id:e,text:o,charts:[y],look:h,home:f,origin:yn(t,n),marks:()=>gn(u),handlers:Ai(i,g.curves.blocks.length),legend:n.startsWith("drop")&&a.length===1?[]:Cr(t),badge:Oi(t,n),readout:m===null?"":Ii(t,n,m),snippet:Bi(t,n),height:r??"tall",stale:v?.answer?.state==="waiting",...s?{controls:s}:{},...Li(v,y)})}function Ni({lines:t,reference:e,context:n}){let{state:o}=n;return[o.split,o.difference,o.zoom,o.others,e?.epoch,...[...t,...e?[e.line]:[]].flatMap(r=>[r.curves,r.drop.answer?.value,r.effective.answer?.value])]}function Li(t,e){let n=t?.answer;return n?.state==="failed"?{instead:c("p",{children:n.error.message})}:t&&!t.checkpoint?{instead:c("p",{children:"No checkpoint is saved at or before this epoch."})}:e.layers.every(r=>r.kind==="rule")&&!t?{instead:c("p",{children:"Not logged for this run."})}:{}}function Oi({lines:t,epoch:e,context:n},o){let r=t[0],s=Fe(r,o),i=r.curves.seeds>1&&!s?`${r.curves.seeds} seeds`:"",a=[];if(s){let{checkpoint:l,answer:d}=s;if(d?.state==="waiting")return`measuring ${d.progress?`${Math.round(100*d.progress)} %`:"\u2026"}`;l?.epoch!==null&&l&&l.epoch!==e&&a.push(`epoch ${l.epoch}`);let u=d?.value?.samples;u&&a.push(`${u} images`),r.curves.seeds>1&&a.push("this run"),o.endsWith("_effective")&&a.push("h\u1D62\u208A\u2081 \u2212 h\u1D62")}else{let l=an(r.curves,e);l!==e&&a.push(`epoch ${l}`),i&&n.state.others.length===0&&a.push(i)}return a.join(", ")}function Ii({lines:t,reference:e,epoch:n,context:o},r,s){let{state:i}=o,{unit:a}=t[0].curves.metric(r),l=[];for(let d of["validation","train"]){if(U(i)!=="both"&&U(i)!==d&&!r.startsWith("drop"))continue;let u=X(t[0],r,d,n)?.mean[s];if(u===void 0||!Number.isFinite(u))continue;let h=i.difference&&e?X(e.line,r,d,e.epoch)?.mean[s]??Number.NaN:0,f=a===100?`${R(a*(u-h),1)} ${r==="drop_damage"?"points":"%"}`:R(u-h,3);l.push(r.startsWith("drop")?f:`${f} ${d==="validation"?"val.":"train"}`)}return l.length?`block ${s}: ${l.join(" \xB7 ")}`:""}function Fi({view:t}){let{context:e,lines:n,epoch:o}=t,{state:r,look:s,home:i,memory:a,store:l}=e,d=n[0],u=L(r),h=r.metric,f=_t(e,d,h),p=[f.rows,h,u,r.stages,r.chosen,r.epochZoom,d.curves,s],g=a.keep("lines",p,()=>er(d.curves,f,h,r)),v=a.keep("map",p,()=>[tr(d.curves,f,h,u,r,s)]),w=[n.length>1?"first run":"",f.measured??u,d.curves.seeds>1&&!f.measured?`${d.curves.seeds} seeds`:""],y=r.hover??r.block,m=y===null?void 0:Di(f,o,y),b={look:s,home:i,origin:yn(t,h,!0),badge:w.filter(Boolean).join(", "),readout:m===void 0||y===null?"":`block ${y}, epoch ${o}: ${R(m*d.curves.metric(h).unit,3)}`,stale:f.epochs.length===0},x={kind:"x",at:o,as:"now"},T=k=>l.do($e(d.curves.epochs,k)),A=k=>l.do($({epoch:Pr(d.curves.epochs,k),playing:!1}));return c(M,{children:[c(Oe,{id:"blocks-lines",text:ur,charts:g,...b,snippet:Mr(t,f,!1),marks:(k,C)=>[x,...Hi(t,k,C)],handlers:k=>({onPoint:(C,q)=>l.do(ne(C===null?null:_r(k,C,q))),onPress:(C,q,F)=>{let D=_r(k,C,q);D!==null&&l.do(me(D,F))},onDrag:C=>l.do($({epochZoom:C})),onStep:T}),controls:c(ji,{view:t})}),c(Oe,{id:"blocks-heat",text:pr,charts:v,...b,snippet:Mr(t,f,!0),marks:()=>[x,...gn(r).map(k=>k.kind==="x"?{kind:"row",at:k.at,as:k.as}:k)],handlers:()=>({onPoint:(k,C)=>l.do(ne(Number.isFinite(C)?Math.min(d.curves.blocks.length-1,Math.max(0,Math.round(C))):null)),onPress:(k,C,q)=>{A(k),l.do(q?me(Math.round(C),!0):$({block:Math.max(0,Math.round(C))}))},onDrag:k=>l.do($({epochZoom:k})),onStep:T})})]})}function Di(t,e,n){let o=-1;t.epochs.forEach((s,i)=>{s<=e&&(o=i)});let r=t.rows[o]?.[n];return r!==void 0&&Number.isFinite(r)?r:void 0}function Pr(t,e){return t.reduce((n,o)=>Math.abs(o-e)<Math.abs(n-e)?o:n,t[0]??0)}function _r(t,e,n){let o=null,r=Number.POSITIVE_INFINITY;for(let s of t.layers){if(s.kind!=="line")continue;let i=0;for(let l=1;l<s.x.length;l+=1)Math.abs(s.x[l]-e)<Math.abs(s.x[i]-e)&&(i=l);let a=Math.abs(s.y[i]-n);a<r&&([r,o]=[a,Number(s.name.replace("block ",""))])}return o}function Hi({context:t},e,n){let{state:o}=t;return gn(o).flatMap(r=>{if(r.kind!=="x"||r.as==="chosen")return[];let s=e.layers.find(i=>i.kind==="line"&&i.name===`block ${r.at}`);return s?.kind==="line"?[{kind:"trail",x:s.x,y:s.y,as:r.as,colour:s.colour}]:[]})}var Er=(t,e)=>(e==="train"?["accuracy/train","training_accuracy/train"]:["validation_accuracy/validation","accuracy/validation"]).find(n=>t.scalars.has(n))??null,Rr=(t,e)=>t.scalars.has(`gradient_norm_ratio/${e}`)?`gradient_norm_ratio/${e}`:null;function Sr({view:t,id:e}){let{context:n,lines:o,epoch:r}=t,{state:s,look:i,home:a,memory:l,store:d}=n,u=e==="blocks-training",h=u?{title:"accuracy (%)",unit:100,bounds:[-1,101]}:{title:"gradient norm ratio r",unit:1,log:!0},f=u?Er:Rr,p=[s.split,s.others,s.epochZoom,i,...o.map(m=>m.curves)],g=l.keep(e,p,()=>nr(o,f,h,s)),v=o[0].curves,w=["train","validation"].map(m=>f(v,m)).filter(m=>m!==null),y=v.seeds>1?"?merge=seeds":"";return c(Oe,{id:e,text:u?mr:fr,charts:[g],look:i,home:a,origin:yn(t,u?"accuracy":"gradient_norm_ratio",!0),marks:()=>[{kind:"x",at:r,as:"now"}],handlers:()=>({onPress:m=>d.do($({epoch:Pr(v.epochs,m)})),onDrag:m=>d.do($({epochZoom:m})),onStep:m=>d.do($e(v.epochs,m))}),legend:Cr(t),badge:v.seeds>1&&o.length===1?`${v.seeds} seeds`:"",snippet:{requests:o.map(m=>({path:`/runs/${m.run.id}/metrics${y}`})),draw:ho(w,h.unit,h.title)},height:"short",...g.layers.length?{}:{instead:c("p",{children:"Not logged for this run."})}})}function zi({view:t}){let{curves:e}=t.lines[0],n=["train","validation"].flatMap(o=>{let[r,s]=[Er(e,o),Rr(e,o)];return[...r?[[`${o} accuracy`,oe(e.scalars.get(r).values.at(-1))]]:[],...s?[[`gradient norm ratio, ${o}`,R(e.scalars.get(s).values.at(-1),3)]]:[]]});return c("section",{class:"panel",children:[c("h2",{class:"panel-title",children:"The whole network"}),c("dl",{class:"facts",children:n.map(([o,r])=>c("div",{children:[c("dt",{children:o}),c("dd",{children:r})]},o))}),c("p",{class:"hint",children:e.header.imported?"This network was imported already trained, so it has no curves over epochs. All values are measured on the imported weights.":`Only epoch ${e.first} is logged: curves over epochs and the block \xD7 epoch map appear with the second epoch.`})]})}function ji({view:t}){let{state:e,store:n}=t.context;return c(le,{label:"All blocks in one plot, or one plot per stage",hidden:!0,value:e.stages?"stages":"all",options:[{value:"all",label:"All blocks"},{value:"stages",label:"Per stage"}],onChoose:o=>n.do($({stages:o==="stages"}))})}function yn({lines:t,epoch:e,context:n},o,r=!1){let{state:s,home:i}=n,a=t[0],l=Fe(a,o),{seeds:d}=a.curves,u=o.startsWith("drop")?"validation":l||r?L(s):U(s),h=l?.checkpoint?l.checkpoint.epoch:an(a.curves,e);return{run:t.map(f=>`${f.name} (${f.run.id})`).join(", "),split:u==="both"?"train and validation":u,version:i.version,...r?{}:{epoch:h===null?"as imported":String(h)},...l?.checkpoint?{checkpoint:`${l.checkpoint.id}, sha256 ${l.checkpoint.sha256.slice(0,12)}`}:{seeds:d},...l?.answer?.value?{images:l.answer.value.samples}:{},...o.endsWith("_effective")?{update:"effective update h\u1D62\u208A\u2081 \u2212 h\u1D62"}:{}}}function Bi({lines:t,reference:e,epoch:n,context:o},r){let s=t[0];if(Fe(s,r)){let l=t.flatMap(d=>{let u=Fe(d,r),h=r.startsWith("drop")?"drop":"block-metrics";if(!u?.checkpoint)return[];let f=h==="drop"?{split:"validation",blocks:"each"}:{split:L(o.state),update:"effective"};return[{path:`/probe/${h}`,body:{checkpoint:u.checkpoint.id,...f,wait:60}}]});return l.length?{requests:l}:null}let i=l=>l.curves.seeds>1?"&merge=seeds":"",a=[...t.map(l=>[l,n]),...e?[[e.line,e.epoch]]:[]];return{requests:a.map(([l])=>({path:`/runs/${l.run.id}/metrics?metric=${r}${i(l)}`})),draw:uo(r,s.curves.metric(r).unit,a.map(([,l])=>l))}}function Mr({lines:t,context:e},n,o){let r=t[0],{metric:s}=e.state;if(n.measured)return{requests:[{path:"/probe/drop",body:{checkpoints:`run:${r.run.id}/every`,split:"validation",blocks:"each",wait:60}}]};let i=r.curves.seeds>1?"&merge=seeds":"";return{requests:[{path:`/runs/${r.run.id}/metrics?metric=${s}${i}`}],draw:po(s,L(e.state),r.curves.metric(s).unit,o)}}function Ji({context:t,run:e}){let{home:n,state:o}=t;if(e.status==="imported")return c(de,{title:`\u201C${e.name}\u201D has no curves`,actions:c(M,{children:[c(Kt,{home:n,to:Vt(o,"interventions"),class:"button-link",children:"Open in Interventions"}),c(Kt,{home:n,to:Vt(o,"examples"),class:"button-link light",children:"Open in Examples"})]}),children:"It was imported as a checkpoint, which holds the network but not the curves of its training. The network can be measured."});let r={queued:"It is waiting for a trainer. If nothing happens, start one: python -m iterscope_trainer watch",running:"The first curves appear in a few seconds, once the untrained network has been measured.",failed:`It failed before its first epoch: ${e.error??"no reason was recorded"}.`};return c(de,{title:`\u201C${e.name}\u201D has no epochs yet`,children:[r[e.status]??`Its status is \u201C${e.status}\u201D, and it logged no epochs. Choose another run.`,J(e)?" This page goes on by itself.":""]})}function Tr(t){let e=ke(t);if(!xe(e))return{content:e};let n=gt(t,e.run);return"all"in n?{content:c("div",{class:"page",children:c(Se,{title:"Examples",context:t,notices:[...e.notices,...n.notices],children:[c(_e,{context:t,shown:e}),c(yt,{context:t,shown:n,run:e.run})]})})}:{content:n}}function Ar(t){let e=ke(t);if(!xe(e))return{content:e};let n=gt(t,e.run);return"all"in n?{content:c("div",{class:"page",children:c(Se,{title:"Interventions",context:t,notices:[...e.notices,...n.notices],children:[c(_e,{context:t,shown:e}),c(yt,{context:t,shown:n,run:e.run})]})})}:{content:n}}var Ui={"iterscope-blocks":{page:"blocks",draw:$r},"iterscope-interventions":{page:"interventions",draw:Ar},"iterscope-examples":{page:"examples",draw:Tr}};for(let[t,e]of Object.entries(Ui))customElements.get(t)||customElements.define(t,class extends HTMLElement{home=null;mounted=null;connectedCallback(){this.mounted??=new tt(this,e,this.home??io())}disconnectedCallback(){this.mounted?.close(),this.mounted=null}});
